import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import { announce, HELLO } from './scenes.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
  const candidates = Array.from({ length: 100 }, (_, index) => ({
    id: `acme/service-${index}`,
    kind: 'name',
  }));
  await announce(harness, { candidates });
});
afterEach(() => harness.close());

const read = (limit: number, headers: Record<string, string> = {}) =>
  fetch(`${harness.url}${HELLO}/candidates?limit=${limit}`, { headers });

test('a long answer is compressed for who takes it so, and is the same for who does not', async () => {
  const compressed = await read(100, { 'accept-encoding': 'br, gzip' });
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
  expect(compressed.headers.get('vary')).toBe('Accept-Encoding');
  const text = await compressed.text();
  expect(Number(compressed.headers.get('content-length'))).toBeLessThan(text.length / 4);
  const plain = await read(100, { 'accept-encoding': 'identity' });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(plain.headers.get('vary')).toBe('Accept-Encoding');
  expect(plain.headers.get('etag')).toBe(compressed.headers.get('etag'));
  expect(await plain.text()).toBe(text);
  const refused = await read(100, { 'accept-encoding': 'gzip;q=0' });
  expect(refused.headers.get('content-encoding')).toBeNull();
});

test('what did not change is answered by its tag alone, whichever way it was sent', async () => {
  const etag = (await read(100)).headers.get('etag') ?? '';
  const again = await read(100, { 'if-none-match': etag, 'accept-encoding': 'gzip' });
  expect([again.status, await again.text(), again.headers.get('content-encoding')]).toEqual([304, '', null]);
});

test('a short answer is sent as it is', async () => {
  const short = await read(5, { 'accept-encoding': 'gzip' });
  expect(short.headers.get('content-encoding')).toBeNull();
  expect(short.headers.get('vary')).toBeNull();
  expect(((await short.json()) as { items: unknown[] }).items).toHaveLength(5);
});
