import type { DeliveryMessage, RawMessage } from '../application/ports/delivery-log.ts';
import { isSecretName, redactText } from './redact.ts';

/** Kept of a body. */
const KEPT_CHARACTERS = 16 * 1024;
/** Beyond this size a body is not looked through, and nothing of it kept. */
const READ_BYTES = 256 * 1024;
const REDACTED = '[redacted]';
/** Workers can nest deeper than a recursive function can walk; what people look at is not that deep. */
const MAX_DEPTH = 64;

/** What may be kept of a message: without credentials, and no more than 16 KB of its body. */
export function redactMessage(raw: RawMessage, secretInputs: readonly string[] = []): DeliveryMessage {
  const headers = redactHeaders(raw.headers);
  if (raw.body === undefined) return { headers, body: '', bytes: 0, isTruncated: false, isRedacted: false };
  const given = typeof raw.body === 'string' ? raw.body : undefined;
  const knownBytes = raw.bytes ?? (given === undefined ? undefined : Buffer.byteLength(given));
  if (knownBytes !== undefined && knownBytes > READ_BYTES)
    return { headers, body: '', bytes: knownBytes, isTruncated: true, isRedacted: false };
  const plain = given ?? stringify(raw.body);
  const { text, isRedacted } =
    (plain === undefined ? undefined : redactPlain(plain, secretInputs)) ??
    redactBody(given === undefined ? raw.body : parseOrText(given), secretInputs);
  return {
    headers,
    body: text.slice(0, KEPT_CHARACTERS),
    bytes: knownBytes ?? Buffer.byteLength(text),
    isTruncated: text.length > KEPT_CHARACTERS,
    isRedacted,
  };
}

function redactHeaders(headers: RawMessage['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const text = typeof value === 'string' ? value : value.join(', ');
      return [[name.toLowerCase(), isSecretName(name) ? REDACTED : redactText(text)]];
    }),
  );
}

const CALLBACK_TOKEN = /"callbackToken":"[^"\\]*"/g;
/** What may be a secret, or a name that is written in another way; wider than what is redacted. */
const SUSPICIOUS = /(?:token|secret|password|api-?key|authorization|cookie)"|signature|@|bearer|basic|\\u00/i;

/**
 * Most of what is said holds no secret but the token that we made ourselves, and is not worth being taken apart: that
 * costs ten times as much, in the process that dispatches. Undefined where it has to be.
 */
function redactPlain(text: string, secretInputs: readonly string[]) {
  if (secretInputs.length > 0) return undefined;
  const rest = text.replaceAll(CALLBACK_TOKEN, '');
  if (SUSPICIOUS.test(rest)) return undefined;
  return rest.length === text.length
    ? { text, isRedacted: false }
    : { text: text.replaceAll(CALLBACK_TOKEN, `"callbackToken":"${REDACTED}"`), isRedacted: true };
}

function redactBody(body: unknown, secretInputs: readonly string[]) {
  let isRedacted = false;
  const hide = (name: string, path: readonly string[]): boolean =>
    isSecretName(name) || (path.length === 1 && path[0] === 'inputs' && secretInputs.includes(name));
  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') {
      const text = redactText(value);
      isRedacted ||= text !== value;
      return text;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (path.length >= MAX_DEPTH) {
      isRedacted = true;
      return '[too deep]';
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, String(index)]));
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => {
        const isDefault = name === 'default' && isSecretInput(value, path);
        if (!isDefault && !hide(name, path)) return [name, walk(field, [...path, name])];
        isRedacted = true;
        return [name, REDACTED];
      }),
    );
  };
  const clean = walk(body, []);
  return { text: typeof clean === 'string' ? clean : JSON.stringify(clean), isRedacted };
}

/** What an announcement declares. Its default is a reference, or what somebody took for one. */
function isSecretInput(value: object, path: readonly string[]): boolean {
  return path.length === 2 && path[0] === 'requiredInputs' && 'type' in value && value.type === 'secret';
}

/** Undefined for what is nested too deeply. */
function stringify(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

function parseOrText(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    // A text that happens to be JSON of a single value stays as it was written.
    return typeof parsed === 'object' && parsed !== null ? parsed : text;
  } catch {
    return text;
  }
}
