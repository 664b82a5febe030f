import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { type SimpleGit, simpleGit } from 'simple-git';
import { createForge, type Forge, type ForgeOptions } from './create-forge.ts';

export const TOKEN = 'test-token-of-loom';
export const REVIEWER_TOKEN = 'test-token-of-ada';
const TOKENS = [
  { token: TOKEN, login: 'loom-bot' },
  { token: REVIEWER_TOKEN, login: 'ada', name: 'Ada', email: 'ada@example.org' },
];

export interface TestForge {
  readonly forge: Forge;
  readonly root: string;
  readonly octokit: Octokit;
  /** Speaks with another person's token. */
  readonly reviewer: Octokit;
  /** A folder of its own that is gone after the test. */
  folder(): Promise<string>;
  /** A clone of `owner/name` that can push. */
  clone(repository: string): Promise<{ git: SimpleGit; dir: string }>;
  stop(): Promise<void>;
}

/** A forge on a free port with a folder of its own; give `root` to start again on an earlier one's. */
export async function startTestForge(options: Partial<ForgeOptions> = {}): Promise<TestForge> {
  const folders: string[] = [];
  const folder = async () => {
    const path = await mkdtemp(join(tmpdir(), 'loom-forge-'));
    folders.push(path);
    return path;
  };
  const root = options.root ?? (await folder());
  const removeFolders = async () => {
    for (const path of folders) await rm(path, { recursive: true, force: true });
  };
  const forge = await createForge({ tokens: TOKENS, ...options, root }).catch(async (error: unknown) => {
    await removeFolders();
    throw error;
  });
  const stop = async () => {
    await forge.close();
    await removeFolders();
  };
  return {
    forge,
    root,
    octokit: makeOctokit(forge, TOKEN),
    reviewer: makeOctokit(forge, REVIEWER_TOKEN),
    folder,
    async clone(repository) {
      const dir = await folder();
      await cleanGit().clone(withToken(forge.cloneUrl(repository)), dir);
      const git = cleanGit(dir);
      await git.addConfig('user.name', 'Worker').addConfig('user.email', 'worker@example.org');
      return { git, dir };
    },
    stop,
  };
}

/** Octokit as workers use it, silent about the errors that tests provoke. */
export function makeOctokit(forge: Forge, auth: string): Octokit {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  return new Octokit({ baseUrl: forge.apiUrl, auth, log });
}

export function withToken(url: string, token = TOKEN): string {
  return url.replace('://', `://x-access-token:${token}@`);
}

/** git without the configuration of whoever runs the tests. */
export function cleanGit(dir?: string): SimpleGit {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  const allowEnvironment = ['GIT_CONFIG_NOSYSTEM', 'GIT_TERMINAL_PROMPT'];
  return simpleGit({ ...(dir === undefined ? {} : { baseDir: dir }), allowEnvironment }).env(env);
}

export interface ReceivedHook {
  readonly event: string;
  readonly action: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly payload: Record<string, unknown>;
}

export interface HookReceiver {
  readonly url: string;
  readonly received: ReceivedHook[];
  /** Events other than the ping, as `event.action`. */
  names(): string[];
  stop(): Promise<void>;
}

/** A receiver of webhooks; `answer` decides what it says, and may never say anything. */
export async function startHookReceiver(
  answer: (respond: (status: number, headers?: Record<string, string>) => void) => void = (respond) =>
    respond(200),
): Promise<HookReceiver> {
  const received: ReceivedHook[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const isJson = req.headers['content-type'] === 'application/json';
      const payload = JSON.parse(isJson ? body : (new URLSearchParams(body).get('payload') ?? '{}'));
      received.push({
        event: String(req.headers['x-github-event']),
        action: payload.action,
        headers: req.headers,
        body,
        payload,
      });
      answer((status, headers) => res.writeHead(status, headers).end('thanks'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    names: () =>
      received
        .filter(({ event }) => event !== 'ping')
        .map(({ event, action }) => (action === undefined ? event : `${event}.${action}`)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What an API call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{
  status: number;
  message: string;
  errors: unknown;
  headers: Record<string, unknown>;
}> {
  try {
    await call;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response?: { data: { message: string; errors?: unknown }; headers: Record<string, unknown> };
    };
    return {
      status,
      message: response?.data?.message ?? '',
      errors: response?.data?.errors,
      headers: response?.headers ?? {},
    };
  }
  throw new Error('The call was not refused');
}
