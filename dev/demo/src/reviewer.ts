import { setTimeout as delay } from 'node:timers/promises';
import { type ExampleTrouble, exampleWorld } from '@loom/app-chart/example-world';
import { seedRepository } from '@loom/forge';
import type { Progress } from '@loom/stack';
import type { CandidateSummary, LoomClient } from './loom-client.ts';
import type { World } from './start-world.ts';

export interface ReviewOptions {
  readonly loom: LoomClient;
  readonly world: World;
  readonly migrationId: string;
  readonly progress: Progress;
  readonly report: (what: string) => void;
  readonly patienceMs: number;
}

const LOOK_EVERY_MS = 300;

/** Does what people would: merges pull requests, approves reviews, mends what fails, until every candidate is completed. */
export async function reviewUntilDone(options: ReviewOptions): Promise<readonly CandidateSummary[]> {
  const { loom, migrationId, report, patienceMs } = options;
  const deadline = Date.now() + patienceMs;
  const reviewer = createReviewer(options);
  for (;;) {
    const candidates = await loom.listCandidates(migrationId);
    const done = candidates.filter((candidate) => candidate.status === 'completed').length;
    if (done === candidates.length) return candidates;
    report(`${done} of ${candidates.length} completed, ${reviewer.merged()} pull requests merged`);
    if (Date.now() > deadline) {
      const open = candidates.filter((candidate) => candidate.status !== 'completed');
      throw new Error(
        `Not completed in time: ${open.map((one) => `${one.id} (${one.step}: ${one.runState} ${one.reason ?? ''})`).join(', ')}`,
      );
    }
    for (const candidate of candidates) await reviewer.attendTo(candidate);
    await delay(LOOK_EVERY_MS);
  }
}

function createReviewer({ loom, world, migrationId, progress }: ReviewOptions) {
  const { conflict, malformed } = exampleWorld.trouble;
  let merged = 0;
  let isConflictPlanted = false;

  async function pullRequest(candidate: CandidateSummary): Promise<void> {
    const [, owner = '', repo = '', number = ''] =
      /\/([^/]+)\/([^/]+)\/pull\/(\d+)$/.exec(candidate.prUrl ?? '') ?? [];
    if (number === '') return;
    const at = { owner, repo, pull_number: Number(number) };
    const { data: pull } = await world.octokit.pulls.get(at);
    if (pull.state !== 'open') return;
    if (!isConflictPlanted && isAt(conflict, candidate)) {
      isConflictPlanted = true;
      await push(world, conflict);
      progress.note(
        `${candidate.id}: somebody pushes "${conflict.commit.message}" under an open pull request`,
      );
      return;
    }
    if (pull.mergeable === false) {
      await world.octokit.pulls.update({ ...at, state: 'closed' });
      progress.note(`${candidate.id}: ${repo}#${number} has conflicts and is closed, which fails the step`);
      return;
    }
    await world.octokit.pulls.merge({ ...at, merge_method: 'squash' });
    merged += 1;
  }

  async function failed(candidate: CandidateSummary, step: string): Promise<void> {
    if (isAt(malformed, candidate)) {
      await push(world, malformed);
      progress.note(`${candidate.id}: ${step} failed: ${candidate.reason}; the file is mended`);
    }
    if (await loom.retry(migrationId, candidate.id, step))
      progress.note(`${candidate.id}: ${step} is retried`);
  }

  return {
    merged: () => merged,
    async attendTo(candidate: CandidateSummary): Promise<void> {
      const { runState, step, who, id } = candidate;
      if (step === undefined) return;
      if (runState === 'pending') await pullRequest(candidate);
      else if (runState === 'awaiting_approval') await loom.approve(migrationId, id, step, 'Looks right.');
      else if (runState === 'awaiting_retry' && who === 'operator') await failed(candidate, step);
    },
  };
}

function isAt(trouble: ExampleTrouble, candidate: CandidateSummary): boolean {
  return trouble.candidate === candidate.id && trouble.step === candidate.step;
}

async function push({ forge }: World, { repository, commit }: ExampleTrouble): Promise<void> {
  await seedRepository(forge, repository, { commits: [commit] });
}
