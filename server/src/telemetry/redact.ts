const SECRET_NAME =
  /^(authorization|proxy-authorization|cookie|set-cookie)$|token$|secret$|password$|api-?key$|signature/i;
const USERINFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']*@/gi;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;
const MAX_DEPTH = 6;

/** Whether what has this name is a credential. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A copy without credentials: values under telling names, userinfo in URLs, bearer tokens in text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isSecretName(name) ? '[redacted]' : redact(field, depth + 1),
    ]),
  );
}

export function redactText(text: string): string {
  return text.replace(USERINFO, '$1[redacted]@').replace(BEARER, '$1 [redacted]');
}

function describeError(error: Error, depth: number): unknown {
  if (depth >= MAX_DEPTH) return redactText(error.message);
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
