import { answerOf, api } from './api-client.ts';
import type { Target } from './run-actions.ts';

/** What is held as a whole: one run, or every run of a migration or of a worker app. */
export type PauseScope =
  | ({ readonly kind: 'run' } & Target)
  | { readonly kind: 'migration'; readonly migrationId: string; readonly name: string }
  | { readonly kind: 'worker'; readonly workerApp: string };

export type PauseChange = 'pause' | 'resume';

export interface PauseInput {
  readonly scope: PauseScope;
  readonly change: PauseChange;
  readonly reason?: string;
}

export async function changePause({ scope, change, reason }: PauseInput, key: string): Promise<void> {
  await answerOf<unknown>(
    send(scope, change, { 'Idempotency-Key': key }, reason === undefined ? {} : { reason }),
  );
}

function send(
  scope: PauseScope,
  change: PauseChange,
  header: { readonly 'Idempotency-Key': string },
  body: { readonly reason?: string },
) {
  const isPause = change === 'pause';
  switch (scope.kind) {
    case 'run': {
      const { migrationId, candidateId } = scope;
      const params = { path: { migrationId, candidateId }, header };
      return isPause
        ? api.POST('/migrations/{migrationId}/candidates/{candidateId}/pause', { params, body })
        : api.POST('/migrations/{migrationId}/candidates/{candidateId}/resume', { params, body });
    }
    case 'migration': {
      const params = { path: { migrationId: scope.migrationId }, header };
      return isPause
        ? api.POST('/migrations/{migrationId}/pause', { params, body })
        : api.POST('/migrations/{migrationId}/resume', { params, body });
    }
    case 'worker': {
      const params = { path: { workerApp: scope.workerApp }, header };
      return isPause
        ? api.POST('/workers/{workerApp}/pause', { params, body })
        : api.POST('/workers/{workerApp}/resume', { params, body });
    }
  }
}

/** What is paused, as people call it. */
export function scopeName(scope: PauseScope): string {
  switch (scope.kind) {
    case 'run':
      return scope.candidateId;
    case 'migration':
      return scope.name;
    case 'worker':
      return scope.workerApp;
  }
}

const held =
  'What a worker has already goes on, its deadline runs on, and its answer counts. The deadline of what no worker has stands still.';

/** What a pause or a resume does, before it is done. */
export function pauseMeaning({ kind }: PauseScope, change: PauseChange): string {
  if (change === 'resume') {
    return kind === 'run'
      ? 'What is held is dispatched at once, and the run goes on.'
      : 'Runs that are held go on by themselves, some at a time. A run that was paused by itself stays paused.';
  }
  switch (kind) {
    case 'run':
      return `Nothing more of this run is dispatched. ${held} Reviews, reminders and cancel work as before.`;
    case 'migration':
      return `Each run goes on until its next dispatch and is held there. ${held} Starts are accepted and held.`;
    case 'worker':
      return `No step is dispatched to it any more, in any migration; runs that come to one are held. ${held}`;
  }
}
