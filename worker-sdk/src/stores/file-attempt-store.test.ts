import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeRecord } from '../attempts/attempt-record.ts';
import { buildRecord } from '../test-support/build-dispatch.ts';
import { describeAttemptStore } from './attempt-store.contract.ts';
import { openFileAttemptStore } from './file-attempt-store.ts';

const log = pino({ level: 'silent' });

function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'loom-attempts-'));
}

describeAttemptStore('files', async () => {
  const stateDir = makeDirectory();
  let store = await openFileAttemptStore({ stateDir, workerApp: 'greeter', log });
  return {
    store,
    restart: async () => {
      await store.close();
      store = await openFileAttemptStore({ stateDir, workerApp: 'greeter', log });
      return store;
    },
    end: async () => {
      await store.close();
      rmSync(stateDir, { recursive: true });
    },
  };
});

describe('a directory of attempts', () => {
  async function openIn(stateDir: string) {
    const store = await openFileAttemptStore({ stateDir, workerApp: 'greeter', log });
    onTestFinished(() => store.close());
    return store;
  }

  it('is for one living process', async () => {
    const stateDir = makeDirectory();
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    mkdirSync(join(stateDir, 'greeter'));
    // The parent of this process surely lives.
    writeFileSync(join(stateDir, 'greeter', 'lock'), String(process.ppid));
    await expect(openIn(stateDir)).rejects.toThrow(/Another worker \(process \d+\) keeps its attempts in/);
    writeFileSync(join(stateDir, 'greeter', 'lock'), '4194304');
    expect((await openIn(stateDir)).singleInstance).toBe(true);
  });

  it('shows records, which hold tokens, to their owner only', async () => {
    const stateDir = makeDirectory();
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    await (await openIn(stateDir)).admit(buildRecord());
    const open = join(stateDir, 'greeter', 'open');
    expect(readdirSync(open).map((name) => statSync(join(open, name)).mode & 0o777)).toEqual([0o600]);
  });

  it('drops closed attempts after 30 days, and leaves what it cannot read', async () => {
    const stateDir = makeDirectory();
    onTestFinished(() => rmSync(stateDir, { recursive: true }));
    const record = buildRecord();
    const first = await openIn(stateDir);
    await first.admit(record);
    await first.save(
      closeRecord(record, { kind: 'acknowledged', result: { eventId: 'e-1', status: 'succeeded' } }),
    );
    await first.close();
    const closed = join(stateDir, 'greeter', 'closed');
    const longAgo = Date.now() / 1_000 - 31 * 86_400;
    for (const name of readdirSync(closed)) utimesSync(join(closed, name), longAgo, longAgo);
    writeFileSync(join(stateDir, 'greeter', 'open', 'broken.json'), '{"v":2');
    writeFileSync(join(stateDir, 'greeter', 'open', 'half.json.tmp'), '{');

    const second = await openIn(stateDir);
    expect(await second.claimOrphans(10)).toEqual([]);
    expect(readdirSync(closed)).toEqual([]);
    expect(readdirSync(join(stateDir, 'greeter', 'open'))).toEqual(['broken.json']);
  });
});
