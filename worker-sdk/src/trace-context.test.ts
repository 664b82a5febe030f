import { expect, it } from 'vitest';
import { readTraceId, readTraceparent } from './trace-context.ts';

it('takes a W3C traceparent and nothing else', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(readTraceparent(traceparent)).toBe(traceparent);
  expect(readTraceId(traceparent)).toBe('0af7651916cd43dd8448eb211c80319c');
  expect(readTraceparent('00-00000000000000000000000000000000-b7ad6b7169203331-01')).toBeUndefined();
  expect(readTraceparent('x')).toBeUndefined();
  expect(readTraceparent(undefined)).toBeUndefined();
  expect(readTraceId(undefined)).toBeUndefined();
});
