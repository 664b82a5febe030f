import { expect, test } from 'vitest';
import { payloadConverter } from './tolerant-payload-converter.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('what was encoded is decoded', () => {
  expect(payloadConverter.fromPayload(payloadConverter.toPayload({ a: [1, null] }))).toEqual({
    a: [1, null],
  });
});

test('what cannot be decoded is nothing', () => {
  const metadata = { encoding: bytes('json/plain') };

  expect(payloadConverter.fromPayload({ metadata, data: bytes('{') })).toBeUndefined();
  expect(payloadConverter.fromPayload({ data: bytes('{}') })).toBeUndefined();
});
