import { beforeEach, describe, expect, test } from 'vitest';
import type {
  AttemptLetter,
  DeadLetter,
  DeadLetterLimits,
  DeadLetterStore,
} from '../../src/application/ports/dead-letter-store.ts';
import { at } from './builders.ts';

function aLetter(id: string, letter: Partial<AttemptLetter> = {}): DeadLetter {
  return {
    ...{ id, at: at(1), kind: 'callback', migrationId: 'charts', candidateId: 'größe', runId: 'r-1' },
    ...{ stepIndex: 0, stepName: 'swap', phase: 'execute', attempt: 1, why: 'The run is over.' },
    body: { report: { eventId: 'e-1', status: 'succeeded', outputs: { ü: [] } }, operations: [{ id: 'o' }] },
    ...letter,
  };
}

export function describeDeadLetterStore(open: (limits?: DeadLetterLimits) => DeadLetterStore): void {
  describe('the dead letter store', () => {
    let store: DeadLetterStore;
    beforeEach(() => {
      store = open();
    });
    const page = async (query: Partial<Parameters<DeadLetterStore['list']>[0]> = {}) => {
      const listed = await store.list({ limit: 200, ...query });
      if (listed.kind !== 'page') throw new Error(listed.kind);
      return { ids: listed.items.map(({ id }) => id), cursor: listed.nextCursor, total: listed.total };
    };

    test('keeps a letter as it was, until it is removed', async () => {
      expect(await store.get('a')).toBeUndefined();
      await store.add(aLetter('a'));
      expect(await store.get('a')).toEqual(aLetter('a'));
      expect(await store.remove('a')).toBe(true);
      expect(await store.remove('a')).toBe(false);
      expect(await page()).toEqual({ ids: [], cursor: undefined, total: 0 });
    });

    test('gives a letter to one at a time, until that one gives it back, or died', async () => {
      expect(await store.claim('a', 'ann', 60_000)).toBe('gone');
      await store.add(aLetter('a'));
      expect(await Promise.all(['ann', 'bob'].map((who) => store.claim('a', who, 60_000)))).toEqual(
        expect.arrayContaining(['claimed', 'taken']),
      );
      await store.add(aLetter('a'));
      await store.add(aLetter('b'));
      expect(await store.claim('a', 'cid', 60_000)).toBe('taken');
      expect(await store.claim('b', 'cid', 60_000)).toBe('claimed');
      await store.giveBack('a', 'cid');
      expect(await store.claim('a', 'cid', 60_000)).toBe('taken');
      for (const who of ['ann', 'bob']) await store.giveBack('a', who);
      expect(await store.claim('a', 'cid', 1)).toBe('claimed');
      await expect.poll(() => store.claim('a', 'ann', 60_000)).toBe('claimed');
      await store.remove('a');
      expect(await store.claim('a', 'bob', 60_000)).toBe('gone');
    });

    test('lists the newest first, and a repetition once, as the newest', async () => {
      for (const id of ['a', 'b', 'a']) await store.add(aLetter(id));
      expect(await page()).toEqual({ ids: ['a', 'b'], cursor: undefined, total: 2 });
    });

    test('filters by migration and kind', async () => {
      await store.add(aLetter('a'));
      await store.add(aLetter('b', { kind: 'step', body: undefined }));
      await store.add(aLetter('c', { migrationId: 'other' }));
      expect((await page({ kind: 'step' })).ids).toEqual(['b']);
      expect((await page({ migrationId: 'charts' })).ids).toEqual(['b', 'a']);
      expect((await page({ migrationId: 'other', kind: 'step' })).ids).toEqual([]);
    });

    test('keeps webhooks too, which are of no migration', async () => {
      const letter: DeadLetter = {
        ...{ id: 'w', at: at(1), kind: 'webhook', workerApp: 'charts', instanceId: 'i', source: 'forge' },
        ...{ webhookId: 'd', why: 'No.', body: { headers: { a: 'ü' }, payload: '{}' } },
      };
      await store.add(aLetter('a'));
      await store.add(letter);
      expect(await store.get('w')).toEqual(letter);
      expect((await page({ kind: 'webhook' })).ids).toEqual(['w']);
      expect((await page({ migrationId: 'charts' })).ids).toEqual(['a']);
    });

    test('pages through more than are read at once, also where few fit the filter', async () => {
      for (let index = 0; index < 450; index += 1)
        await store.add(aLetter(`l-${index}`, { kind: index % 3 === 0 ? 'step' : 'callback' }));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const next = await page({ kind: 'step', limit: 40, cursor });
        seen.push(...next.ids);
        cursor = next.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(Array.from({ length: 150 }, (_, index) => `l-${(149 - index) * 3}`));
    });

    test('looks at no more than a bound for one page, and gives a cursor for what follows', async () => {
      store = open({ mostKept: 100, mostBytes: 1_000_000, mostScanned: 10 });
      for (let index = 0; index < 25; index += 1)
        await store.add(aLetter(`l-${index}`, { kind: index === 3 ? 'step' : 'callback' }));
      const pages: (readonly string[])[] = [];
      let cursor: string | undefined;
      do {
        const next = await page({ kind: 'step', limit: 5, cursor });
        pages.push(next.ids);
        cursor = next.cursor;
      } while (cursor !== undefined);
      expect(pages).toEqual([[], [], ['l-3']]);
    });

    test('keeps the newest, bounded by number and by bytes, and the newest alone where it is too large', async () => {
      store = open({ mostKept: 3, mostBytes: 1_000_000, mostScanned: 100 });
      for (const id of ['a', 'b', 'c', 'a', 'd']) await store.add(aLetter(id));
      expect(await page()).toEqual({ ids: ['d', 'a', 'c'], cursor: undefined, total: 3 });
      expect(await store.get('b')).toBeUndefined();

      store = open({ mostKept: 100, mostBytes: 5_000, mostScanned: 100 });
      for (const id of ['a', 'b', 'c', 'c']) await store.add(aLetter(id, { why: 'x'.repeat(2_000) }));
      expect((await page()).ids).toEqual(['c', 'b']);
      await store.remove('b');
      await store.add(aLetter('d'));
      expect((await page()).ids).toEqual(['d', 'c']);
      await store.add(aLetter('e', { why: 'x'.repeat(9_000) }));
      expect((await page()).ids).toEqual(['e']);
    });

    test('refuses a cursor that was made for another filter', async () => {
      for (const id of ['a', 'b']) await store.add(aLetter(id));
      const { cursor } = await page({ limit: 1 });
      expect(await store.list({ limit: 1, kind: 'step', cursor })).toEqual({ kind: 'cursor-mismatch' });
    });
  });
}
