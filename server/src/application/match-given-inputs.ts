import { findMisfits, type InputPatterns } from '../domain/input-patterns.ts';
import type { InputsPatch, RequiredInput } from '../domain/inputs.ts';
import { type Outcome, refuse } from '../domain/problem.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { CandidateRef } from './ports/refs.ts';

export interface MatchGivenInputsDeps {
  readonly store: MigrationStore;
  readonly patterns: InputPatterns;
}

/** A use case that refuses given inputs that do not match the patterns of the open run, else of the migration. */
export const matchGivenInputs =
  <Command extends CandidateRef, Value>(
    { store, patterns }: MatchGivenInputsDeps,
    givenOf: (command: Command) => InputsPatch | undefined,
    useCase: (command: Command) => Promise<Outcome<Value>>,
  ) =>
  async (command: Command): Promise<Outcome<Value>> => {
    const given = givenOf(command);
    const errors =
      given === undefined ? [] : findMisfits(await findDeclared(store, command), given, patterns);
    return errors.length === 0
      ? useCase(command)
      : refuse('invalid-input', 'The inputs do not fit; nothing was changed.', { errors });
  };

async function findDeclared(store: MigrationStore, ref: CandidateRef): Promise<readonly RequiredInput[]> {
  const { migrationId, candidateId } = ref;
  const runId = (await store.getCandidate(ref))?.runId;
  const run = runId === undefined ? undefined : { migrationId, candidateId, runId };
  const isOpen = run !== undefined && (await store.getRun(run))?.endedAt === undefined;
  const manifest = isOpen ? await store.getManifest(run) : undefined;
  return (manifest ?? (await store.getMigration(migrationId)))?.requiredInputs ?? [];
}
