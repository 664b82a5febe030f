import type { Phase } from './attempt.ts';

export interface Actor {
  readonly kind: 'person' | 'token' | 'worker' | 'rollout' | 'system';
  readonly id: string;
}

/** Until sign-in exists, whoever reaches the operator API is this person. */
export const LOCAL_ACTOR: Actor = { kind: 'person', id: 'local' };
export const ENGINE_ACTOR: Actor = { kind: 'system', id: 'engine' };
export const TEMPORAL_ACTOR: Actor = { kind: 'system', id: 'temporal' };

/** An event that is about to be written. */
export interface NewEvent {
  /** Written once per run under this key, however often the write is repeated. */
  readonly key?: string | undefined;
  readonly at: string;
  readonly type: string;
  readonly actor: Actor;
  readonly migrationId?: string | undefined;
  readonly candidateId?: string | undefined;
  readonly runId?: string | undefined;
  readonly stepName?: string | undefined;
  readonly phase?: Phase | undefined;
  readonly attempt?: number | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly traceId?: string | undefined;
}

/** An event as it is kept: immutable. `id` sorts by time within a migration. */
export interface LoggedEvent extends Omit<NewEvent, 'key'> {
  readonly id: string;
}
