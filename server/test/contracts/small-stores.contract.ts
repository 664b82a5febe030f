import { beforeEach, describe, expect, test } from 'vitest';
import type { DryRun, DryRunStore } from '../../src/application/ports/dry-runner.ts';
import type { IdempotencyStore } from '../../src/application/ports/idempotency-store.ts';
import { at } from './builders.ts';

export function describeIdempotencyStore(open: () => IdempotencyStore): void {
  describe('the idempotency store', () => {
    let store: IdempotencyStore;
    beforeEach(() => {
      store = open();
    });
    const answer = { status: 202, headers: { 'content-type': 'application/json' }, body: '{"runId":"ü"}' };

    test('of any number at once one is first and the others wait', async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => store.begin('key', 'hash')));
      expect(outcomes.filter(({ kind }) => kind === 'first')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'held')).toHaveLength(49);
    });

    test('the first answer is given again, whatever is finished later', async () => {
      await store.begin('key', 'hash');
      await store.finish('key', 'hash', answer);
      await store.finish('key', 'hash', { ...answer, status: 500 });
      expect(await store.begin('key', 'hash')).toEqual({ kind: 'answered', answer });
      await store.abandon('key');
      expect(await store.begin('key', 'hash')).toEqual({ kind: 'answered', answer });
    });

    test('another request under the same key does not match, answered or not', async () => {
      await store.begin('key', 'hash');
      expect(await store.begin('key', 'other')).toEqual({ kind: 'mismatch' });
      await store.finish('key', 'other', answer);
      expect(await store.begin('key', 'hash')).toEqual({ kind: 'held' });
      await store.finish('key', 'hash', answer);
      expect(await store.begin('key', 'other')).toEqual({ kind: 'mismatch' });
      expect(await store.begin('another key: {*}', 'other')).toEqual({ kind: 'first' });
    });

    test('an abandoned key may be used again, for any request', async () => {
      await store.begin('key', 'hash');
      await store.abandon('key');
      expect(await store.begin('key', 'other')).toEqual({ kind: 'first' });
      await store.abandon('key that never was');
    });
  });
}

export function describeDryRunStore(open: () => DryRunStore): void {
  describe('the dry run store', () => {
    const dryRun: DryRun = {
      ...{ id: 'd-1', migrationId: 'm', candidateId: 'a', state: 'running', startedAt: at(0) },
      ...{ inputs: { n: 1 }, revision: 'rev-1' },
    };

    test('a dry run is kept whole, and saved again it is replaced', async () => {
      const store = open();
      await store.save(dryRun);
      expect(await store.get('d-1')).toEqual({ dryRun, isLeased: false });
      const change = {
        repo: 'o/r',
        path: 'ü.yaml',
        status: 'modified',
        before: 'a\u0000',
        after: '🧵\n',
      } as const;
      const completed: DryRun = {
        ...{ ...dryRun, state: 'completed', endedAt: at(1) },
        steps: [
          { name: 'swap', changes: [change] },
          { name: 'clean', skipped: true, changes: [] },
        ],
      };
      await store.save(completed);
      expect(await store.get('d-1')).toEqual({ dryRun: completed, isLeased: false });
      expect(await store.get('d-2')).toBeUndefined();
    });

    test('a dry run is leased for the time that was said last', async () => {
      const store = open();
      await store.lease('d-1', 60_000);
      await store.save(dryRun);
      expect(await store.get('d-1')).toEqual({ dryRun, isLeased: true });
      await store.lease('d-1', 1);
      await expect.poll(async () => (await store.get('d-1'))?.isLeased, { interval: 5 }).toBe(false);
      expect((await store.get('d-1'))?.dryRun).toEqual(dryRun);
    });

    test('32 MB of changes are kept', async () => {
      const store = open();
      const after = 'line of a file\n'.repeat(70_000);
      const changes = Array.from({ length: 32 }, (_, index) => ({
        ...{ repo: 'o/r', path: `file-${index}`, status: 'new' as const, after },
      }));
      await store.save({ ...dryRun, steps: [{ name: 'swap', changes }] });
      expect((await store.get('d-1'))?.dryRun.steps?.[0]?.changes?.at(-1)).toEqual(changes.at(-1));
    });
  });
}
