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
}

export async function decideStep({ stepName, decision, comment, ...target }: DecisionInput, key: string) {
  const call = api.POST('/migrations/{migrationId}/candidates/{candidateId}/approve-step', {
    params: parametersOf(target, key),
    body: { stepName, decision, ...(comment !== undefined && { comment }) },
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
