export interface Clock {
  now(): Date;
}

/** A new UUIDv7 (RFC 9562). */
export type NewId = () => string;

/** SHA-256 in hex of the canonical JSON (RFC 8785) of a value. */
export type HashJson = (value: unknown) => string;
