/** A contract type as it may be handed to JSON, which leaves undefined fields out: read-only, optional or undefined. */
export type Sent<Value> = Value extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : Value extends object
    ? {
        readonly [Name in keyof Value]:
          | Sent<Value[Name]>
          | (object extends Pick<Value, Name> ? undefined : never);
      }
    : Value;
