import type { Candidate } from './step-worker.ts';

export const LABEL_KEYS = ['team', 'tier', 'language', 'batch'] as const;
const LARGE_BYTES = 4_800;

/**
 * Repositories whose ids do not come in order, with labels that many, some and few share: a third has tier 0, one in
 * 40 a team, one in 1,000 a batch.
 */
export function sampleCandidates(count: number, isLarge: boolean): readonly Candidate[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `org/repository-${String((index * 7_919) % count).padStart(6, '0')}`;
    const small: Candidate = {
      id,
      kind: 'repository',
      labels: {
        team: `team-${index % 40}`,
        tier: String(index % 3),
        language: index % 10 === 0 ? 'go' : 'typescript',
        batch: `batch-${index % 100}`,
      },
      metadata: { description: `What ${id} is for.`, stars: index, isArchived: false },
    };
    return isLarge ? { ...small, files: [filesOf(id, LARGE_BYTES - JSON.stringify(small).length)] } : small;
  });
}

/** A group of files of this many bytes as JSON. */
function filesOf(repo: string, bytes: number) {
  const files: { path: string }[] = [];
  const group = { name: 'manifests', repo, files };
  while (JSON.stringify(group).length < bytes)
    files.push({ path: `deploy/environments/region-${files.length}/values.yaml` });
  return group;
}
