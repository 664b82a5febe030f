import { z } from 'zod';

/** What the reference page and `.env.example` say of a setting. */
export interface SettingNotes {
  readonly group: 'Basics' | 'Connections' | 'Security' | 'Workers' | 'HTTP' | 'Runs' | 'Engine' | 'Retries';
  readonly description: string;
  /** Of a number. */
  readonly unit?: string;
  /** As it would be written in the environment; unset means none. */
  readonly default?: string;
  /** Never printed. */
  readonly isSecret?: boolean;
}

/** Keeps the type of the notes, so that a setting with a default is never undefined. */
export function setting<Schema extends z.ZodType, const Notes extends SettingNotes>(
  schema: Schema,
  notes: Notes,
) {
  return { schema, notes };
}

export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be one of: ${values.join(', ')}` });
}

export function url(...protocols: readonly string[]) {
  return z.string().refine(
    (text) => {
      const parsed = URL.canParse(text) ? new URL(text) : undefined;
      return parsed !== undefined && protocols.includes(parsed.protocol);
    },
    `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

export const MB = 1024 * 1024;
