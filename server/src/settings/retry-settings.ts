import { z } from 'zod';
import type { FailureClass } from '../domain/attempt.ts';
import { integer, list, setting } from './setting.ts';

const CLASSES: readonly FailureClass[] = [
  'transport',
  'throttled',
  'timeout',
  'conflict',
  'invalid',
  'fatal',
];

/** The figures of the table in docs/retries.md. */
export const RETRY_SETTINGS = {
  LOOM_RETRY_MAX_ATTEMPTS: setting(integer(1, 20), {
    group: 'Retries',
    unit: 'attempts',
    default: '1',
    description:
      'How many attempts a step has that announces no `retry`, the first included, before a person decides. Runs keep what held when they were started.',
  }),
  LOOM_RETRY_INITIAL_MS: setting(integer(100, 86_400_000), {
    group: 'Retries',
    unit: 'milliseconds',
    default: '1000',
    description: 'From a failure to the second attempt, for such a step.',
  }),
  LOOM_RETRY_BACKOFF: setting(integer(1, 10), {
    group: 'Retries',
    default: '2',
    description: 'By what each wait of such a step is longer than the one before.',
  }),
  LOOM_RETRY_MAX_MS: setting(integer(100, 86_400_000), {
    group: 'Retries',
    unit: 'milliseconds',
    default: '60000',
    description: 'The longest wait of such a step.',
  }),
  LOOM_RETRY_CLASSES: setting(
    list.pipe(z.array(z.enum(CLASSES, { error: `must be some of: ${CLASSES.join(', ')}` }))),
    {
      group: 'Retries',
      default: 'transport,throttled,timeout,conflict',
      description:
        'Failures of which classes are tried again, for every step whose `retry` names no `classes`. What a worker says in `retryable` counts before.',
    },
  ),
  LOOM_UNREACHABLE_RETRY_MS: setting(integer(100, 600_000), {
    group: 'Retries',
    unit: 'milliseconds',
    default: '1000',
    description: 'From a dial that failed to the next of the same run; doubles each time.',
  }),
  LOOM_UNREACHABLE_RETRY_MAX_MS: setting(integer(100, 3_600_000), {
    group: 'Retries',
    unit: 'milliseconds',
    default: '60000',
    description: 'The longest time between two dials of one run that fail.',
  }),
  LOOM_AWAY_LOOK_SECONDS: setting(integer(1, 3600), {
    group: 'Retries',
    unit: 'seconds',
    default: '60',
    description:
      'After what time a run whose worker is away looks by itself, in case its wake-up was lost; doubles each time.',
  }),
  LOOM_AWAY_LOOK_MAX_SECONDS: setting(integer(1, 86_400), {
    group: 'Retries',
    unit: 'seconds',
    default: '600',
    description: 'The longest of these times.',
  }),
  LOOM_HELD_LOOK_SECONDS: setting(integer(1, 86_400), {
    group: 'Retries',
    unit: 'seconds',
    default: '600',
    description:
      'How often a run whose migration or worker app is paused looks by itself, in case its wake-up was lost.',
  }),
  LOOM_QUEUED_LOOK_SECONDS: setting(integer(1, 3600), {
    group: 'Retries',
    unit: 'seconds',
    default: '60',
    description: 'Likewise for a run that waits for its turn on a concurrency key.',
  }),
  LOOM_BREAKER_FAULTS: setting(integer(1, 100), {
    group: 'Retries',
    unit: 'faults',
    default: '3',
    description: 'So many failed dials of a worker URL within LOOM_BREAKER_WINDOW_SECONDS open its breaker.',
  }),
  LOOM_BREAKER_WINDOW_SECONDS: setting(integer(1, 600), {
    group: 'Retries',
    unit: 'seconds',
    default: '30',
    description: 'See LOOM_BREAKER_FAULTS.',
  }),
  LOOM_BREAKER_PROBE_SECONDS: setting(integer(1, 600), {
    group: 'Retries',
    unit: 'seconds',
    default: '5',
    description:
      'How often one run may dial a worker URL whose breaker is open, to find out whether it is back.',
  }),
  LOOM_MAX_DELIVERIES: setting(integer(1, 100), {
    group: 'Retries',
    default: '10',
    description:
      'How many instances in a row, each within LOOM_QUICK_DELIVERY_SECONDS of the one before, may take one attempt and die or forget it before it is given up as failed.',
  }),
  LOOM_REDELIVER_AGAIN_SECONDS: setting(integer(5, 3600), {
    group: 'Retries',
    unit: 'seconds',
    default: '30',
    description: 'The shortest time between two redeliveries of one attempt.',
  }),
  LOOM_QUICK_DELIVERY_SECONDS: setting(integer(1, 86_400), {
    group: 'Retries',
    unit: 'seconds',
    default: '600',
    description:
      'Deliveries of one attempt that follow within this are in a row; so no number of deployments gives up a step that waits for weeks.',
  }),
} as const;
