import { beforeEach, describe, expect, test } from 'vitest';
import type { ConcurrencyKeys } from '../../src/application/ports/concurrency-keys.ts';

const holder = (id: string) => ({
  migrationId: 'charts',
  candidateId: id,
  runId: `run-${id}`,
  idempotencyKey: `run-${id}:swap:execute:1`,
});
const KEY = 'gitops {acme}/größe';

export interface KeysHarness {
  readonly keys: ConcurrencyKeys;
  advance(ms: number): void;
}

export function describeConcurrencyKeys(open: () => KeysHarness): void {
  describe('concurrency keys', () => {
    let keys: ConcurrencyKeys;
    let advance: KeysHarness['advance'];
    beforeEach(() => {
      ({ keys, advance } = open());
    });
    const acquire = (id: string, key = KEY) => keys.acquire(key, holder(id));
    const release = async (id: string) => (await keys.release(KEY, holder(id).idempotencyKey))?.candidateId;
    const takeNext = async () => (await keys.takeNext(10)).map(({ candidateId }) => candidateId);

    test('of any number at once one has the key, and the others wait', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `c-${index}`);
      const answers = await Promise.all(ids.map((id) => acquire(id)));
      expect(answers.filter(({ kind }) => kind === 'held')).toHaveLength(1);
      const places = answers.flatMap((answer) => (answer.kind === 'queued' ? [answer.ahead] : []));
      expect(places.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 19 }, (_, index) => index + 1),
      );
    });

    test('asking again keeps the key, and the place in the queue', async () => {
      expect(await acquire('a')).toEqual({ kind: 'held' });
      expect(await acquire('b')).toEqual({ kind: 'queued', ahead: 1 });
      expect(await acquire('c')).toEqual({ kind: 'queued', ahead: 2 });
      expect(await acquire('a')).toEqual({ kind: 'held' });
      expect(await acquire('b')).toEqual({ kind: 'queued', ahead: 1 });
      expect(await acquire('d', 'another')).toEqual({ kind: 'held' });
    });

    test('goes to who came first, and to nobody who came later', async () => {
      for (const id of ['a', 'b', 'c']) await acquire(id);
      expect(await release('a')).toBe('b');
      expect(await acquire('c')).toEqual({ kind: 'queued', ahead: 1 });
      expect(await acquire('b')).toEqual({ kind: 'held' });
      expect(await release('b')).toBe('c');
      expect(await acquire('c')).toEqual({ kind: 'held' });
      expect(await release('c')).toBeUndefined();
      expect(await acquire('d')).toEqual({ kind: 'held' });
    });

    test('a place is given up without the key, and giving up twice changes nothing', async () => {
      for (const id of ['a', 'b', 'c']) await acquire(id);
      expect(await release('b')).toBeUndefined();
      expect(await release('b')).toBeUndefined();
      expect(await release('x')).toBeUndefined();
      expect(await release('a')).toBe('c');
      expect(await release('a')).toBeUndefined();
    });

    test('who is next and does not come is named again behind the others, and then not until it asks again', async () => {
      for (const id of ['a', 'paused', 'b']) await acquire(id);
      expect(await takeNext()).toEqual([]);
      expect(await release('a')).toBe('paused');
      expect(await takeNext()).toEqual([]);
      advance(5_001);
      expect(await takeNext()).toEqual(['b']);
      expect(await acquire('b')).toEqual({ kind: 'held' });
      expect(await acquire('paused')).toEqual({ kind: 'queued', ahead: 1 });
      expect(await release('b')).toBe('paused');
      advance(5_001);
      expect(await takeNext()).toEqual(['paused']);
      expect(await takeNext()).toEqual([]);
      advance(5_001);
      expect(await takeNext()).toEqual([]);
      advance(5_001);
      expect(await takeNext()).toEqual([]);
      expect(await acquire('paused')).toEqual({ kind: 'held' });
    });

    test('tells who has a key that others wait for', async () => {
      await acquire('a');
      expect(await keys.listWaitedFor()).toEqual([]);
      await acquire('b');
      expect(await keys.listWaitedFor()).toEqual([{ key: KEY, holder: holder('a') }]);
      await release('a');
      expect(await keys.listWaitedFor()).toEqual([]);
      await acquire('b');
      await acquire('a');
      expect(await keys.listWaitedFor()).toEqual([{ key: KEY, holder: holder('b') }]);
    });
  });
}
