import { integer, setting } from './setting.ts';

/** How much the engine does at once, and how often it looks after runs. */
export const ENGINE_SETTINGS = {
  LOOM_WORKFLOW_SLOTS: setting(integer(2, 1000), {
    group: 'Engine',
    unit: 'workflow tasks',
    default: '40',
    description: 'How many workflow tasks this engine works on at once.',
  }),
  LOOM_LOCAL_ACTIVITY_SLOTS: setting(integer(2, 5000), {
    group: 'Engine',
    unit: 'activities',
    default: '64',
    description: 'How many writes and dials this engine has under way at once.',
  }),
  LOOM_CACHED_RUNS: setting(integer(100, 100000), {
    group: 'Engine',
    unit: 'runs',
    default: '1000',
    description:
      'How many open runs this engine keeps in memory, each about 0.2 MB; others are replayed when something happens.',
  }),
  LOOM_DIALS_PER_APP: setting(integer(1, 1000), {
    group: 'Engine',
    unit: 'dials',
    default: '8',
    description:
      'How many dials to one worker app this engine has under way at once, so that a hung worker cannot hold up the others.',
  }),
  LOOM_COMMAND_TIMEOUT_MS: setting(integer(100, 60000), {
    group: 'Engine',
    unit: 'milliseconds',
    default: '3000',
    description: 'How long Temporal may take to take a start, a signal or an update.',
  }),
  LOOM_QUERY_TIMEOUT_MS: setting(integer(50, 10000), {
    group: 'Engine',
    unit: 'milliseconds',
    default: '1000',
    description: 'How long the engine may take to say where a run is, before the store is asked.',
  }),
  LOOM_RECONCILE_SECONDS: setting(integer(5, 3600), {
    group: 'Engine',
    unit: 'seconds',
    default: '60',
    description:
      'How often open runs are compared with the engine: half-made starts, vanished runs, ignored cancels.',
  }),
  LOOM_START_GRACE_SECONDS: setting(integer(1, 600), {
    group: 'Engine',
    unit: 'seconds',
    default: '10',
    description: 'How old a claim without a workflow has to be before the reconciler starts it.',
  }),
  LOOM_CANCEL_GRACE_SECONDS: setting(integer(1, 300), {
    group: 'Engine',
    unit: 'seconds',
    default: '15',
    description: 'How long a cancelled run may take to end before it is ended from outside.',
  }),
  LOOM_WAKE_PER_SECOND: setting(integer(1, 1000), {
    group: 'Engine',
    unit: 'runs per second',
    default: '50',
    description: 'How fast runs that waited for a worker go on when it is back.',
  }),
  LOOM_REDELIVER_SECONDS: setting(integer(1, 600), {
    group: 'Engine',
    unit: 'seconds',
    default: '5',
    description: 'How often attempts are looked for whose instance is gone.',
  }),
} as const;
