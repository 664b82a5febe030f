import type { Logger } from 'pino';
import type { GitRepository } from './git/git-repository.ts';
import type { GitRunner } from './git/run-git.ts';
import type { KeyedLock } from './keyed-lock.ts';
import type { Links } from './links.ts';
import type { PullFacts } from './operations/pull-facts.ts';
import type { DeliveryStore } from './store/delivery-store.ts';
import type { RepositoryRecord } from './store/records.ts';
import type { RepositoryStore } from './store/repository-store.ts';
import type { UserDirectory } from './users.ts';
import type { WebhookSender } from './webhooks/webhook-sender.ts';

/** The parts that routes and operations work with. */
export interface ForgeContext {
  readonly store: RepositoryStore;
  readonly deliveries: DeliveryStore;
  readonly users: UserDirectory;
  readonly locks: KeyedLock;
  readonly webhooks: WebhookSender;
  readonly pullFacts: PullFacts;
  readonly gitRunner: GitRunner;
  readonly log: Logger;
  git(record: Pick<RepositoryRecord, 'owner' | 'name'>): GitRepository;
  now(): Date;
  /** Links for what no request asked for, such as webhooks. */
  links(): Links;
}
