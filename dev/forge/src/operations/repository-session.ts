import type { ForgeContext } from '../forge-context.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { notFound } from '../github-error.ts';
import type { PullRecord, RepositoryRecord } from '../store/records.ts';
import { keyOf } from '../store/repository-store.ts';

/** One repository, held alone: what it reads stays true until the work has ended. */
export interface RepositorySession {
  readonly git: GitRepository;
  readonly record: RepositoryRecord;
  save(changes: Partial<Omit<RepositoryRecord, 'id' | 'owner' | 'name'>>): Promise<void>;
  savePull(pull: PullRecord): Promise<void>;
}

export function inRepository<T>(
  context: ForgeContext,
  { owner, name }: Pick<RepositoryRecord, 'owner' | 'name'>,
  work: (session: RepositorySession) => Promise<T>,
): Promise<T> {
  return context.locks.run(keyOf(owner, name), async () => {
    const found = context.store.find(owner, name);
    if (!found) throw notFound();
    let record: RepositoryRecord = found;
    const save: RepositorySession['save'] = async (changes) => {
      const next = { ...record, ...changes };
      await context.store.put(next);
      record = next;
    };
    return work({
      git: context.git(record),
      get record() {
        return record;
      },
      save,
      savePull: (pull) => save({ pulls: replacePull(record, pull) }),
    });
  });
}

function replacePull(record: RepositoryRecord, pull: PullRecord): readonly PullRecord[] {
  return record.pulls.map((each) => (each.number === pull.number ? pull : each));
}

export function findPull(record: RepositoryRecord, number: number): PullRecord {
  const pull = record.pulls.find((each) => each.number === number);
  if (!pull) throw notFound();
  return pull;
}
