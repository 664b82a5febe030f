import { describe, expect, it } from 'vitest';
import { createBackgroundWork } from './background-work.ts';
import { closeInOrder } from './shutdown.ts';
import { createLogger } from './telemetry/logger.ts';

function recordLog() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  return { lines, logger: createLogger({ level: 'info', destination: { write } }) };
}

describe('closing in order', () => {
  it('closes one part after the other', async () => {
    const { logger } = recordLog();
    const steps: string[] = [];
    const part = (name: string) => ({
      name,
      boundMs: 1_000,
      close: async () => {
        steps.push(`${name} begins`);
        await Promise.resolve();
        steps.push(`${name} ends`);
      },
    });
    await closeInOrder([part('http'), part('engine')], logger);
    expect(steps).toEqual(['http begins', 'http ends', 'engine begins', 'engine ends']);
  });

  it('goes on when a part fails or hangs, and says which', async () => {
    const { logger, lines } = recordLog();
    let isLastClosed = false;
    await closeInOrder(
      [
        { name: 'failing', boundMs: 1_000, close: () => Promise.reject(new Error('no')) },
        { name: 'hanging', boundMs: 10, close: () => new Promise(() => {}) },
        {
          name: 'last',
          boundMs: 1_000,
          close: async () => {
            isLastClosed = true;
          },
        },
      ],
      logger,
    );
    expect(isLastClosed).toBe(true);
    expect(lines.filter((line) => line['msg'] === 'part closed')).toMatchObject([
      { part: 'failing', outcome: 'failed' },
      { part: 'hanging', outcome: 'late' },
      { part: 'last', outcome: 'closed' },
    ]);
  });
});

describe('background work', () => {
  it('is waited for, what it starts included, and its failures are told', async () => {
    const errors: unknown[] = [];
    const work = createBackgroundWork((error) => errors.push(error));
    const done: string[] = [];
    work.add(
      Promise.resolve().then(() => {
        done.push('first');
        return work.add(Promise.resolve().then(() => done.push('second')));
      }),
    );
    work.add(Promise.reject(new Error('no')));
    await work.settled();
    expect(done).toEqual(['first', 'second']);
    expect(errors).toMatchObject([{ message: 'no' }]);
  });
});
