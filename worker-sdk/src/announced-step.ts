import type { components } from '@loom/api';
import type { MigrationStep, ReviewStep } from './migration-step.ts';

/** A step as the contract carries it. */
export type AnnouncedStep = components['schemas']['Step'];

/** Puts a step into the words of the contract. */
export function announceStep(step: MigrationStep, workerApp: string): AnnouncedStep {
  const { name, description, group, when } = step;
  const common = {
    name,
    workerApp,
    ...(description === undefined ? {} : { description }),
    ...(group === undefined ? {} : { group }),
    ...(when === undefined ? {} : { when }),
  };
  if (!('use' in step)) return { ...common, kind: 'review', compensable: false, ...announceReview(step) };
  const { use, config, timeoutMs, remindAfterMs, retry, compensable, cancelGraceSeconds, concurrencyKey } =
    step;
  return {
    ...common,
    kind: 'dispatch',
    type: use.type,
    config: config ?? {},
    compensable: compensable ?? use.compensate !== undefined,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(remindAfterMs === undefined ? {} : { remindAfterMs }),
    ...(cancelGraceSeconds === undefined ? {} : { cancelGraceSeconds }),
    ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
    ...(retry === undefined
      ? {}
      : { retry: { initialIntervalMs: 1_000, backoffCoefficient: 2, maxIntervalMs: 60_000, ...retry } }),
  };
}

function announceReview(step: ReviewStep): Pick<AnnouncedStep, 'review'> {
  const { approvals, instructions, links, remindAfterMs, escalateAfterMs } = step;
  const review = {
    ...(instructions === undefined ? {} : { instructions }),
    ...(links === undefined ? {} : { links: [...links] }),
    ...(remindAfterMs === undefined ? {} : { remindAfterMs }),
    ...(escalateAfterMs === undefined ? {} : { escalateAfterMs }),
  };
  const isPlain = approvals === undefined && Object.keys(review).length === 0;
  return isPlain ? {} : { review: { approvals: approvals ?? 1, ...review } };
}
