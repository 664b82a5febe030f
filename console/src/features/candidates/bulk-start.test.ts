import { describe, expect, it } from 'vitest';
import { NoAnswerError, ProblemError } from '../../shared/problem.ts';
import { type BulkStart, type StartOutcome, startEach } from './bulk-start.ts';

const open = new ProblemError({ type: '/problems/run-open', title: 'A run is open', status: 409 });

async function run(
  start: BulkStart['start'],
  candidateIds: readonly string[],
  signal = new AbortController().signal,
) {
  const outcomes = new Map<string, StartOutcome>();
  await startEach({
    migrationId: 'sample',
    candidateIds,
    inputs: { ticket: 'A-1' },
    start,
    signal,
    pause: async () => {},
    onOutcome: (id, outcome) => outcomes.set(id, outcome),
  });
  return outcomes;
}

describe('starting several', () => {
  it('gives one outcome per candidate; a refusal stops no other', async () => {
    const outcomes = await run(
      async ({ candidateId }) => {
        if (candidateId === 'b') throw open;
      },
      ['a', 'b', 'c', 'd', 'e', 'f'],
    );
    expect(
      [...outcomes]
        .filter(([, { state }]) => state === 'started')
        .map(([id]) => id)
        .sort(),
    ).toEqual(['a', 'c', 'd', 'e', 'f']);
    expect(outcomes.get('b')).toEqual({ state: 'refused', error: open });
  });

  it('has never more than a few on their way', async () => {
    let now = 0;
    let most = 0;
    await run(
      async () => {
        most = Math.max(most, ++now);
        await Promise.resolve();
        now -= 1;
      },
      Array.from({ length: 20 }, (_, i) => `c${i}`),
    );
    expect(most).toBe(4);
  });

  it('tries again with the same key where no answer came', async () => {
    const keys: string[] = [];
    const outcomes = await run(
      async (_, key) => {
        keys.push(key);
        if (keys.length < 3) throw new NoAnswerError('Gone.');
      },
      ['a'],
    );
    expect(outcomes.get('a')).toEqual({ state: 'started' });
    expect(new Set(keys).size).toBe(1);
  });

  it('gives up after three tries', async () => {
    const outcomes = await run(async () => {
      throw new NoAnswerError('Gone.');
    }, ['a']);
    expect(outcomes.get('a')).toMatchObject({ state: 'refused' });
  });

  it('stops before the next candidate when it is told to', async () => {
    const stopper = new AbortController();
    const started: string[] = [];
    await run(
      async ({ candidateId }) => {
        started.push(candidateId);
        stopper.abort();
      },
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      stopper.signal,
    );
    expect(started.length).toBeLessThanOrEqual(4);
  });
});
