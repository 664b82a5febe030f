import { answerOf, api } from './api-client.ts';
import type { Inputs } from './contract.ts';

export interface Target {
  readonly migrationId: string;
  readonly candidateId: string;
}

export interface StartInput extends Target {
  readonly inputs?: Inputs;
}

function parametersOf({ migrationId, candidateId }: Target, key: string) {
  return { path: { migrationId, candidateId }, header: { 'Idempotency-Key': key } };
}

export async function startRun({ inputs, ...target }: StartInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/start', {
    params: parametersOf(target, key),
    body: inputs === undefined ? {} : { inputs },
  });
  return (await answerOf(call)).body;
}

export interface RetryInput extends Target {
  readonly stepName: string;
  /** Only those that change. */
  readonly inputs?: Inputs;
}

export async function retryStep({ stepName, inputs, ...target }: RetryInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/retry-step', {
    params: parametersOf(target, key),
    body: { stepName, ...(inputs !== undefined && { inputs }) },
  });
  return (await answerOf(call)).body;
}

export interface DecisionInput extends Target {
  readonly stepName: string;
  readonly decision: 'approved' | 'rejected';
  readonly comment?: string;
  /** Who decides, on a server without sign-in. */
  readonly by?: string;
}

export async function decideStep({ migrationId, candidateId, ...body }: DecisionInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
    params: parametersOf({ migrationId, candidateId }, key),
    body,
  });
  return (await answerOf(call)).body;
}

export interface CancelInput extends Target {
  readonly reason?: string;
  readonly compensate: boolean;
}

export async function cancelRun({ reason, compensate, ...target }: CancelInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/cancel', {
    params: parametersOf(target, key),
    body: { compensate, ...(reason !== undefined && { reason }) },
  });
  return (await answerOf(call)).body;
}

export interface SkipInput extends Target {
  readonly stepName: string;
  readonly reason: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export async function skipStep({ stepName, reason, outputs, ...target }: SkipInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/skip-step', {
    params: parametersOf(target, key),
    body: { stepName, reason, ...(outputs !== undefined && { outputs }) },
  });
  return (await answerOf(call)).body;
}

export interface RollBackInput extends Target {
  readonly reason?: string;
}

export async function rollBack({ reason, ...target }: RollBackInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/compensate', {
    params: parametersOf(target, key),
    body: reason === undefined ? {} : { reason },
  });
  return (await answerOf(call)).body;
}
