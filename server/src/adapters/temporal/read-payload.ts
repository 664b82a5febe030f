import { defaultPayloadConverter, type Payload } from '@temporalio/common';

type Fields = Readonly<Record<string, unknown>>;

/** An object in a payload, or undefined for everything else: whoever reaches Temporal can have written it. */
export function readFields(payload: Payload | null | undefined): Fields | undefined {
  return asFields(readValue(payload));
}

export function readValue(payload: Payload | null | undefined): unknown {
  if (payload === null || payload === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Bytes of every payload within. */
export function countPayloadBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countPayloadBytes(item), 0);
  const { data, metadata } = value as { readonly data?: unknown; readonly metadata?: unknown };
  if (data instanceof Uint8Array && metadata !== undefined) return data.byteLength;
  return Object.values(value).reduce<number>((sum, item) => sum + countPayloadBytes(item), 0);
}
