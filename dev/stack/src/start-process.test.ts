import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { getFreePorts } from './free-port.ts';
import { ProcessStartError } from './process-start-error.ts';
import { type ProcessOptions, type RunningProcess, startProcess } from './start-process.ts';
import { isAlive } from './testing/is-alive.ts';

const started: RunningProcess[] = [];

async function start(script: string, options: Partial<ProcessOptions> = {}): Promise<RunningProcess> {
  const child = await startProcess({ name: 'a child', command: 'sh', args: ['-c', script], ...options });
  started.push(child);
  return child;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()));
});

describe('becoming ready', () => {
  it('resolves at once when no check is asked for', async () => {
    const child = await start('sleep 600');
    expect(child.isRunning()).toBe(true);
    expect(isAlive(child.pid)).toBe(true);
  });

  it('waits for the line that says so, on either output', async () => {
    const child = await start('echo warming up; sleep 0.2; echo "now ready" >&2; sleep 600', {
      readyLine: /ready$/,
    });
    expect(child.tail()).toBe('warming up\nnow ready');
  });

  it('waits for the URL to answer with 2xx', async () => {
    const [port = 0] = await getFreePorts(1);
    const statuses: number[] = [];
    const child = start('sleep 600', { readyUrl: `http://127.0.0.1:${port}/readyz` });
    const server = createServer((_, response) => {
      const status = statuses.length < 2 ? 503 : 200;
      statuses.push(status);
      response.writeHead(status).end();
    });
    onTestFinished(() => void server.close());
    server.listen(port, '127.0.0.1');
    await child;
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('takes a rejected check for not yet', async () => {
    let calls = 0;
    await start('sleep 600', {
      isReady: async () => {
        calls++;
        if (calls === 1) throw new Error('connection refused');
        return calls === 3;
      },
    });
    expect(calls).toBe(3);
  });

  it('fails with the last output, and leaves nothing running, when it takes too long', async () => {
    let pid = 0;
    const options = {
      readyLine: /never/,
      readyTimeoutMs: 300,
      onLine: (line: string) => {
        pid = Number(line);
      },
    };
    const error = await start('echo $$; exec sleep 600', options).catch((error: Error) => error);
    expect(error).toBeInstanceOf(ProcessStartError);
    expect(String(error)).toContain('a child was not ready after 0.3 s. Its last output');
    expect(String(error)).toContain(`${pid}`);
    expect(isAlive(pid)).toBe(false);
  });

  it('fails at once, with the last output, when it ends before', async () => {
    const error = await start('echo no such option >&2; exit 3', { readyLine: /ready/ }).catch(String);
    expect(error).toContain('a child ended with code 3 before it was ready');
    expect(error).toContain('no such option');
  });

  it('fails when there is no such program', async () => {
    const command = '/no/such/program';
    const error = await startProcess({ name: 'a ghost', command }).catch(String);
    expect(error).toContain('a ghost could not be started: spawn /no/such/program ENOENT');
  });
});

describe('stopping', () => {
  it('asks with SIGTERM and waits for the end', async () => {
    const child = await start(`trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done`, {
      readyLine: /up/,
    });
    await child.stop();
    expect(await child.waitForExit()).toEqual({ code: 0, signal: null, isExpected: true });
    expect(child.tail()).toBe('up\nbye');
    expect(child.isRunning()).toBe(false);
  });

  it('kills one that does not listen, after the time given', async () => {
    const child = await start(`trap '' TERM; echo up; while :; do sleep 0.05; done`, {
      readyLine: /up/,
      stopTimeoutMs: 200,
    });
    await child.stop();
    expect(await child.waitForExit()).toMatchObject({ signal: 'SIGKILL', isExpected: true });
  });

  it('reaches one that is paused', async () => {
    const child = await start(`trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done`, {
      readyLine: /up/,
    });
    await child.kill('SIGSTOP');
    await child.stop();
    expect(await child.waitForExit()).toMatchObject({ code: 7 });
  });

  it('is fine with one that has ended, twice', async () => {
    const child = await start('exit 0');
    await child.waitForExit();
    await child.stop();
    await child.stop();
    await child.kill();
    expect(child.isRunning()).toBe(false);
  });

  it('takes the grandchildren along', async () => {
    const child = await start('sleep 600 & echo $!; wait', { readyLine: /^\d+$/ });
    const grandchild = Number(child.tail());
    expect(isAlive(grandchild)).toBe(true);
    await child.kill();
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), { timeout: 5_000 });
  });
});

it('tells of an end that nobody asked for', async () => {
  const child = await start('echo oops; exit 4');
  expect(await child.waitForExit()).toEqual({ code: 4, signal: null, isExpected: false });
  expect(child.tail()).toBe('oops');
});

it('starts the same again with restart, also after a kill, and waits until it is ready', async () => {
  const child = await start('sleep 0.1; echo ready; exec sleep 600', { readyLine: /ready/ });
  const first = child.pid;
  await child.restart();
  const second = child.pid;
  await child.kill();
  await child.restart();
  expect(new Set([first, second, child.pid]).size).toBe(3);
  expect([isAlive(first), isAlive(second), isAlive(child.pid)]).toEqual([false, false, true]);
  expect(child.tail()).toBe('ready');
});

it('appends all output to the log file and gives the environment asked for', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'loom-process-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const logFile = join(dir, 'logs', 'child.log');
  vi.stubEnv('LOOM_TEST_TAKEN_AWAY', 'x');
  onTestFinished(() => void vi.unstubAllEnvs());
  const child = await start('echo "[$GIVEN$LOOM_TEST_TAKEN_AWAY]"; printf "no end of line" >&2', {
    logFile,
    env: { GIVEN: 'g', LOOM_TEST_TAKEN_AWAY: undefined },
    cwd: dir,
  });
  await child.waitForExit();
  expect(await readFile(logFile, 'utf8')).toBe('[g]\nno end of line\n');
  await child.restart();
  await child.waitForExit();
  expect((await readFile(logFile, 'utf8')).match(/\[g\]/g)).toHaveLength(2);
});

describe('when the parent ends, so do its children and theirs', () => {
  async function startParent(ending: string) {
    const script = fileURLToPath(new URL('testing/parent.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', script, ending], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const [child = 0, grandchild = 0] = line.split(' ').slice(1).map(Number);
    return { parent, child, grandchild };
  }

  async function expectGone(...pids: readonly number[]) {
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual(pids.map(() => false)), { timeout: 5_000 });
  }

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('by %s', async (signal) => {
    const { parent, child, grandchild } = await startParent('hang');
    expect([isAlive(child), isAlive(grandchild)]).toEqual([true, true]);
    parent.kill(signal);
    await expectGone(child, grandchild);
  });

  it.each(['exit', 'throw'])('by %s', async (ending) => {
    const { child, grandchild } = await startParent(ending);
    await expectGone(child, grandchild);
  });
});
