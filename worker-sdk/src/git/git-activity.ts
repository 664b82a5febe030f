import type { Logger } from 'pino';
import type { Operation, Preview } from '../step-context.ts';

/** What the git kit needs of the step (or discovery) that it works for; every step context is one. */
export interface GitActivity {
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly preview?: Preview | undefined;
  operation?(operation: Operation): void;
}
