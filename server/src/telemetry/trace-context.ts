import { randomUUID } from 'node:crypto';

/** W3C Trace Context, level 2: where a request stands in a trace. */
export interface TraceContext {
  /** 32 hex digits, not all zero. */
  readonly traceId: string;
  /** Of the span that is this request; 16 hex digits, not all zero. */
  readonly spanId: string;
  readonly flags: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Continues the caller's trace in a span of our own, or begins one where the header is missing or malformed. */
export function continueTrace(traceparent: string | undefined): TraceContext {
  const parent = parseTraceparent(traceparent);
  const spanId = randomHex().slice(16);
  return parent === undefined
    ? { traceId: randomHex(), spanId, flags: '01' }
    : { traceId: parent.traceId, spanId, flags: parent.flags };
}

export function parseTraceparent(traceparent: string | undefined): TraceContext | undefined {
  const match = TRACEPARENT.exec(traceparent ?? '');
  const [, traceId, spanId, flags, more] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Version 00 has exactly four parts; later ones may have more.
  if (more !== undefined && traceparent?.startsWith('00')) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags };
}

export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.flags}`;
}

/** 32 digits. Node makes UUIDs in stock, and their last 7 bytes are random, as the standard wants of a trace id. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}
