import type { CandidateFacts } from '../domain/candidate.ts';
import { type CheckCondition, findCandidateErrors, findDefinitionErrors } from '../domain/conformance.ts';
import type { InputPatterns } from '../domain/input-patterns.ts';
import type { MigrationDefinition } from '../domain/migration.ts';
import { type Finding, type Outcome, refuse, succeed } from '../domain/problem.ts';
import { describeMigration, type MigrationView } from './describe-migration.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { PauseStore } from './ports/pause-store.ts';
import type { RunEngine } from './ports/run-engine.ts';
import type { StepDispatcher } from './ports/step-dispatcher.ts';
import type { Clock, HashJson, NewId } from './ports/system.ts';
import type { WorkerDirectory } from './ports/worker-directory.ts';
import { findOverflowing } from './submit-candidates.ts';

export interface AnnounceMigrationDeps {
  readonly pauses: PauseStore;
  readonly store: MigrationStore;
  readonly directory: WorkerDirectory;
  readonly dispatcher: Pick<StepDispatcher, 'probe'>;
  readonly engine: Pick<RunEngine, 'listClosed'>;
  readonly hashJson: HashJson;
  readonly checkCondition: CheckCondition;
  readonly patterns: InputPatterns;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly limits: {
    readonly maxMigrations: number;
    readonly leaseSeconds: number;
    readonly heartbeatSeconds: number;
  };
}

export interface AnnounceMigrationCommand {
  readonly definition: MigrationDefinition;
  readonly instanceId: string;
  readonly workerUrl: string;
  readonly singleInstance: boolean;
  readonly candidates: readonly CandidateFacts[];
}

export interface Announced {
  readonly migration: MigrationView;
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  readonly findings: readonly Finding[];
}

/** Keeps the definition, leases the instance, merges candidates. Errors refuse it whole and change nothing. */
export const announceMigration =
  (deps: AnnounceMigrationDeps) =>
  async (command: AnnounceMigrationCommand): Promise<Outcome<Announced>> => {
    const { definition, instanceId, workerUrl, candidates } = command;
    const findings = [
      ...findDefinitionErrors(definition, deps.checkCondition, deps.patterns),
      ...findCandidateErrors(candidates, deps.checkCondition),
    ];
    const errors = findings.filter((finding) => finding.severity === 'error');
    if (errors.length > 0) {
      return refuse(
        'invalid-request',
        `The announcement has ${errors.length} error(s); nothing was changed.`,
        { errors, findings },
      );
    }
    const { requiredInputs, labelKeys, steps } = definition;
    const revision = deps.hashJson({ requiredInputs, labelKeys, steps });
    const at = deps.clock.now().toISOString();
    const { workerApp, version } = definition;
    const stored = await deps.store.announce({
      definition,
      revision,
      at,
      maxMigrations: deps.limits.maxMigrations,
      eventsOf: (change) => [
        {
          at,
          type: change === 'new' ? 'migration.announced' : 'migration.revised',
          actor: { kind: 'worker', id: workerApp },
          migrationId: definition.id,
          data: { revision, instanceId },
        },
      ],
    });
    if (stored.kind === 'owned-by') {
      return refuse('owned-by', `"${definition.id}" is announced by the worker app "${stored.workerApp}".`);
    }
    if (stored.kind === 'too-many') {
      return refuse('too-many-migrations', `There are already ${deps.limits.maxMigrations} migrations.`);
    }
    await deps.directory.announce(
      { workerApp, instanceId, workerUrl, version, migrationId: definition.id, revision },
      deps.limits.leaseSeconds,
    );
    if (stored.change === 'new') await compareNew(deps, definition.id);
    const overflowing = await mergeCandidates(deps, definition.id, candidates, at);
    const found = [...findings, ...overflowing, ...(await findWarnings(deps, command))];
    await deps.directory.keepFindings(workerApp, instanceId, definition.id, found);
    return succeed({
      migration: await describeMigration(deps, stored.migration),
      leaseSeconds: deps.limits.leaseSeconds,
      heartbeatSeconds: deps.limits.heartbeatSeconds,
      findings: found,
    });
  };

/** A migration that is new to the engine too has nothing that the store could have lost. */
async function compareNew({ store, engine }: AnnounceMigrationDeps, migrationId: string): Promise<void> {
  const token = await store.beginComparison(migrationId);
  // While the engine is away it is left to the check.
  const known = await engine.listClosed(migrationId, undefined, 1).catch(() => undefined);
  if (token !== undefined && known?.items.length === 0) await store.endComparison(migrationId, token);
}

async function mergeCandidates(
  { store, newId }: AnnounceMigrationDeps,
  migrationId: string,
  candidates: readonly CandidateFacts[],
  at: string,
): Promise<readonly Finding[]> {
  if (candidates.length === 0) return [];
  const merged = await store.submitCandidates({
    migrationId,
    discoveryId: newId(),
    candidates,
    final: false,
    at,
  });
  return merged.kind === 'merged' ? findOverflowing(merged.overflowingLabelKeys) : [];
}

/** What does not refuse an announcement, since a process that waits to be reachable could never announce. */
async function findWarnings(
  deps: AnnounceMigrationDeps,
  command: AnnounceMigrationCommand,
): Promise<readonly Finding[]> {
  const { definition, workerUrl, singleInstance, instanceId } = command;
  const warnings: Finding[] = [];
  const unreachable = await deps.dispatcher.probe(workerUrl);
  if (unreachable !== undefined) {
    warnings.push({
      severity: 'warning',
      path: '/workerUrl',
      message: `${unreachable} Steps wait until it answers.`,
    });
  }
  const apps = [...new Set(definition.steps.map((step) => step.workerApp))];
  for (const app of apps) {
    if (await deps.directory.isKnownApp(app)) continue;
    const index = definition.steps.findIndex((step) => step.workerApp === app);
    warnings.push({
      severity: 'warning',
      path: `/steps/${index}/workerApp`,
      message: `No worker app "${app}" has announced yet; its steps wait until one does.`,
    });
  }
  if (singleInstance) {
    const others = (await deps.directory.list())
      .find((app) => app.workerApp === definition.workerApp)
      ?.instances.filter(
        (one) => one.instanceId !== instanceId && one.state !== 'dead' && one.state !== 'draining',
      );
    if (others !== undefined && others.length > 0) {
      warnings.push({
        severity: 'warning',
        path: '/instanceId',
        message:
          'This worker keeps its keys in a file, but another instance lives; give both a shared store, or stop one.',
      });
    }
  }
  return warnings;
}
