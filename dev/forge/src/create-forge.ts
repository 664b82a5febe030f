import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { type Logger, pino } from 'pino';
import { createFaultPlan, type FaultPlan } from './faults/fault-plan.ts';
import type { ForgeContext } from './forge-context.ts';
import { openGitRepository } from './git/git-repository.ts';
import { createGitRunner } from './git/run-git.ts';
import { createApp } from './http/create-app.ts';
import { createRateLimiter, type RateLimits } from './http/rate-limit.ts';
import { createRequestJournal, type RequestJournal } from './http/request-journal.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { linksFrom } from './links.ts';
import { catchUp } from './operations/change-refs.ts';
import { createPullFacts } from './operations/pull-facts.ts';
import { createDeliveryStore } from './store/delivery-store.ts';
import { openRepositoryStore } from './store/repository-store.ts';
import { createUserDirectory, type ForgeToken } from './users.ts';
import { createWebhookSender } from './webhooks/webhook-sender.ts';

export interface ForgeOptions {
  /** Folder of everything that the forge keeps; a forge started on it again goes on where this one ended. */
  readonly root: string;
  /** 0 picks a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Who may talk to it. Without any, one token is made up for the user `loom`. */
  readonly tokens?: readonly ForgeToken[];
  /** Signs the webhooks of hooks that were made without a secret of their own. */
  readonly webhookSecret?: string;
  /** How long a hook may take to answer, in milliseconds; GitHub's 10 s unless given. */
  readonly webhookTimeoutMs?: number;
  /** None unless given; `GITHUB_RATE_LIMITS` are those of github.com. */
  readonly rateLimit?: RateLimits;
  /** Address that browsers use, when it is not the one that clients of the API use. */
  readonly publicUrl?: string;
  /** Login of whoever merges or closes on the pages. */
  readonly visitor?: string;
  readonly logger?: Logger;
  /** Clock of dates and rate limits. */
  readonly now?: () => Date;
}

export interface Forge {
  readonly url: string;
  /** Base URL for Octokit. */
  readonly apiUrl: string;
  /** The first token. */
  readonly token: string;
  readonly faults: FaultPlan;
  /** What clients asked for. */
  readonly requests: RequestJournal;
  /** Address to clone `owner/name` from. */
  cloneUrl(repository: string): string;
  /** Folder of the bare repository `owner/name`, to read results with git. */
  gitDir(repository: string): string;
  /** Resolves when every webhook so far was delivered or given up. */
  webhooksIdle(): Promise<void>;
  /** Ends what is under way within two seconds and leaves no process behind. */
  close(): Promise<void>;
}

const WEBHOOK_TIMEOUT_MS = 10_000;
const CLOSE_GRACE_MS = 2000;

/** Starts a forge. Rejects when the folder cannot be used or the port is taken. */
export async function createForge(options: ForgeOptions): Promise<Forge> {
  const { host = '127.0.0.1', port = 0, publicUrl, visitor = 'reviewer' } = options;
  const now = options.now ?? (() => new Date());
  const log = options.logger ?? pino({ level: 'silent' });
  const tokens = options.tokens?.length ? options.tokens : [{ token: makeToken(), login: 'loom' }];
  const root = resolve(options.root);
  const store = await openRepositoryStore(root);
  const gitRunner = createGitRunner(store.scratchRoot);
  const deliveries = createDeliveryStore(join(store.stateRoot, 'deliveries'));
  const users = createUserDirectory(tokens);
  const locks = createKeyedLock();
  const webhooks = createWebhookSender({
    deliveries,
    log,
    defaultSecret: options.webhookSecret,
    timeoutMs: options.webhookTimeoutMs ?? WEBHOOK_TIMEOUT_MS,
    nextId: store.nextId,
    now,
  });
  const faults = createFaultPlan();
  const requests = createRequestJournal(now);
  const limiter = createRateLimiter(options.rateLimit ?? {}, now);

  let url = '';
  const context: ForgeContext = {
    store,
    deliveries,
    users,
    locks,
    webhooks,
    pullFacts: createPullFacts(store.scratchRoot),
    gitRunner,
    log,
    git: (record) => openGitRepository(gitRunner, store.gitDir(record)),
    now,
    links: () => linksFrom(url, publicUrl),
  };
  const app = createApp({
    context,
    limiter,
    faults,
    journal: requests,
    visitor: users.person(visitor),
    publicUrl,
  });
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolveOpened) => {
    open = resolveOpened;
  });
  const server = createServer((req, res) => {
    void opened.finally(() => app(req, res));
  });
  url = `http://${host.includes(':') ? `[${host}]` : host}:${await listen(server, port, host)}`;
  // What catches up tells hooks the forge's address, so it waits for the port, and requests wait for it.
  for (const record of store.list()) await catchUp(context, record, users.person(visitor));
  open();
  log.info({ url, root, repositories: store.list().length }, 'forge is listening');

  return {
    url,
    apiUrl: `${url}/api/v3`,
    token: tokens[0]?.token ?? '',
    faults,
    requests,
    cloneUrl: (repository) => `${url}/${repository}.git`,
    gitDir(repository) {
      const [owner = '', name = ''] = repository.split('/');
      return store.gitDir(store.find(owner, name) ?? { owner, name });
    },
    webhooksIdle: () => webhooks.idle(),
    async close() {
      await closeServer(server);
      await locks.idle();
      await webhooks.close();
      gitRunner.close();
      log.info('forge is closed');
    },
  };
}

function makeToken(): string {
  return `forge_${randomBytes(20).toString('hex')}`;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolvePort, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolvePort(address.port);
    });
  });
}

/** Lets requests under way finish, for a moment. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolveClosed) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      resolveClosed();
    });
  });
}
