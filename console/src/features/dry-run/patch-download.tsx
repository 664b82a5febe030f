import type { DryRun } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { Menu } from '../../ui/menu.tsx';

/** Gives what the preview would change as a patch for `git apply`, one for each repository. */
export function PatchDownload({ dryRun }: { readonly dryRun: DryRun }) {
  const steps = dryRun.steps ?? [];
  const repositories = [...new Set(steps.flatMap((step) => step.changes ?? []).map(({ repo }) => repo))];
  const [only, ...others] = repositories;
  if (only === undefined) return null;
  if (others.length === 0) {
    return (
      <Button look="quiet" onPress={() => void download(dryRun, only)}>
        Download patch
      </Button>
    );
  }
  return (
    <Menu
      label="Download patch"
      look="quiet"
      entries={repositories.map((repo) => ({ id: repo, label: repo }))}
      onChoose={(repo) => void download(dryRun, repo)}
    />
  );
}

async function download(dryRun: DryRun, repo: string): Promise<void> {
  const { patchesOf } = await import('./git-patch.ts');
  const patch = patchesOf(dryRun.steps ?? []).find((one) => one.repo === repo);
  if (patch === undefined) return;
  const url = URL.createObjectURL(new Blob([patch.text], { type: 'text/x-diff' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${[dryRun.migrationId, dryRun.candidateId, repo].map(plain).join('-')}.patch`;
  link.click();
  URL.revokeObjectURL(url);
  const { leftOut } = patch;
  notify(
    leftOut.length === 0
      ? `The patch for ${repo} is on its way; git apply takes it.`
      : `The patch for ${repo} is on its way, without ${formatCount(leftOut.length, 'file')} that cannot be shown.`,
  );
}

function plain(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-');
}
