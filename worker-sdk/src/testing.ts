import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { announceStep } from './announced-step.ts';
import type { Candidate, Migration } from './define-migration.ts';
import { checkDryRunInputs, type DryRunResult, runDryRun } from './dry-run.ts';
import { presentCandidate } from './present-candidate.ts';
import type { DispatchedCandidate } from './step-context.ts';
import { startTestRun, type TestInputs, type TestRun, TestRunError } from './test-run.ts';

export type { DryRunResult } from './dry-run.ts';
export { openScratchFolder, type ScratchFolder } from './scratch-folder.ts';
export { type TestAttempt, type TestInputs, type TestRun, TestRunError } from './test-run.ts';

/** Runs a migration in a test. */
export interface MigrationTest {
  /** Runs the steps of a candidate from the first one; `runId` as given or random. */
  run(candidate: Candidate | string, inputs?: TestInputs, runId?: string): Promise<TestRun>;
  /** What the worker would answer to a dry run. */
  preview(candidate: Candidate | string, inputs?: TestInputs): Promise<DryRunResult>;
  /** All that the discovery hook finds, checked as before a submission. */
  discover(): Promise<readonly Candidate[]>;
}

const workerApp = 'test';
const week = 7 * 86_400_000;
const log = pino({ level: 'silent' });

function dispatchedCandidate(candidate: Candidate, migration: Migration): DispatchedCandidate {
  const presented = presentCandidate(candidate, migration, workerApp);
  if (!presented.ok) throw new TestRunError(`The candidate does not fit: ${presented.mistakes.join('; ')}.`);
  const { id, kind, labels = {}, metadata = {}, files = [] } = presented.candidate;
  return { id, kind, labels, metadata, files };
}

/**
 * Runs a migration in a test, without server, store or HTTP: the same handlers, checks and limits. Conditions (`when`)
 * are the server's and are not evaluated.
 */
export function testMigration(migration: Migration): MigrationTest {
  const read = (given: Candidate | string): Candidate => (typeof given === 'string' ? { id: given } : given);
  return {
    async run(given, inputs = {}, runId = randomUUID()) {
      const candidate = read(given);
      const steps = candidate.steps ?? migration.steps;
      return startTestRun(migration, dispatchedCandidate(candidate, migration), steps, runId, inputs);
    },
    async preview(given, inputs = {}) {
      const candidate = read(given);
      const catalogue = { migrations: new Map([[migration.id, migration]]), stepTypes: new Map() };
      const request = {
        migrationId: migration.id,
        candidate: dispatchedCandidate(candidate, migration),
        steps: (candidate.steps ?? migration.steps).map((step) => announceStep(step, workerApp)),
        inputs: { ...inputs },
      };
      const mistakes = checkDryRunInputs(catalogue, request);
      if (mistakes.length > 0) throw new TestRunError(`The inputs do not fit: ${mistakes.join('; ')}.`);
      const { signal } = new AbortController();
      return runDryRun(request, { catalogue, workerApp, timeoutMs: week, signal, log });
    },
    async discover() {
      if (migration.discover === undefined) throw new TestRunError('The migration has no discovery.');
      const { signal } = new AbortController();
      const candidates: Candidate[] = [];
      for await (const candidate of await migration.discover({ migrationId: migration.id, signal, log })) {
        dispatchedCandidate(candidate, migration);
        candidates.push(candidate);
      }
      return candidates;
    },
  };
}
