const traceparentPattern = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A W3C `traceparent` header, if it is one. */
export function readTraceparent(header: string | undefined): string | undefined {
  const match = header === undefined ? null : traceparentPattern.exec(header);
  return match === null || match[1] === '0'.repeat(32) ? undefined : header;
}

/** The trace id in a `traceparent`, for logs. */
export function readTraceId(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : traceparentPattern.exec(traceparent)?.[1];
}
