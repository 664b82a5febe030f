import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { runWorker, type Worker, type WorkerOptions } from '../run-worker.ts';
import { type StubServer, startStubServer } from './stub-server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Posts JSON, or a text as it is. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** Log lines of a worker as objects, for tests of what people are told. */
export function collectLogs() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, logger };
}

type TestWorkerOptions = Omit<WorkerOptions, 'workerApp'> & { readonly workerApp?: string };

/** A stub server that ends with the test. */
export async function startTestServer(): Promise<StubServer> {
  const server = await startStubServer();
  onTestFinished(() => server.close());
  return server;
}

/** A real worker against a stub server, with files of its own; both end with the test. */
export async function startTestWorker(
  options: TestWorkerOptions,
  given?: StubServer,
): Promise<{ worker: Worker; server: StubServer }> {
  const server = given ?? (await startTestServer());
  const stateDir = mkdtempSync(join(tmpdir(), 'loom-worker-'));
  const worker = await runWorker({
    workerApp: 'greeter',
    serverUrl: server.url,
    listen: '127.0.0.1:0',
    store: { stateDir },
    handleSignals: false,
    shutdownMs: 2_000,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  onTestFinished(async () => {
    await worker.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return { worker, server };
}
