import { readYaml } from '@loom/worker-sdk/git';
import { describe, expect, it } from 'vitest';
import { exampleSettings, exampleWorld } from './example-world.ts';

const gitops = exampleWorld.repositories[0];

function filesOf(repository: (typeof exampleWorld.repositories)[number] | undefined): Map<string, string> {
  const files = new Map<string, string>();
  for (const commit of repository?.commits ?? []) {
    for (const [path, file] of Object.entries(commit.files)) {
      if (file === null) files.delete(path);
      else files.set(path, typeof file === 'string' ? file : file.content);
    }
  }
  return files;
}

describe('the example world', () => {
  it('has a GitOps repository and a dozen application repositories with history', () => {
    expect(gitops?.name).toBe(exampleSettings.gitopsRepository);
    expect(exampleWorld.repositories.length).toBeGreaterThanOrEqual(13);
    expect(exampleWorld.repositories.slice(1).map(({ name }) => name)).toEqual(
      exampleWorld.candidates.map((name) => `acme/${name}`),
    );
    for (const { commits } of exampleWorld.repositories) {
      expect(commits.length).toBeGreaterThanOrEqual(4);
      const dates = commits.map(({ date }) => date);
      expect(dates).toEqual(dates.toSorted());
    }
  });

  it('is valid YAML but for the one file that is trouble, until its mend', () => {
    const { malformed } = exampleWorld.trouble;
    const broken = exampleWorld.repositories.flatMap((repository) =>
      [...filesOf(repository)]
        .filter(([path]) => /\.ya?ml$/.test(path))
        .filter(([path, text]) => {
          try {
            readYaml(text, path);
            return false;
          } catch {
            return true;
          }
        })
        .map(([path]) => `${repository.name}/${path}`),
    );
    expect(broken).toEqual(['acme/coupons/deploy/values-common.yaml']);
    for (const [path, text] of Object.entries(malformed.commit.files)) {
      expect(readYaml(String(text), path)).toMatchObject([{ env: { PROMO: 'summer: 2026' } }]);
    }
  });

  it('has a conflicting change next to the line that the step edits', () => {
    const { conflict } = exampleWorld.trouble;
    const before = filesOf(gitops).get('dev/checkout.yaml')?.split('\n') ?? [];
    const after = String(conflict.commit.files['dev/checkout.yaml']).split('\n');
    const changed = before.flatMap((line, index) => (line === after[index] ? [] : [index]));
    const edited = before.findIndex((line) => line.includes('prune: true'));
    expect(changed).toEqual([edited + 1]);
  });
});
