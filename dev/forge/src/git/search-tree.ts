import type { GitRepository } from './git-repository.ts';

/** Paths in a commit of the text files that contain every one of the terms, in any case, on any lines. */
export async function grepPaths(
  git: GitRepository,
  commit: string,
  terms: readonly string[],
): Promise<ReadonlySet<string>> {
  const patterns = terms.flatMap((term) => ['-e', term]);
  const args = ['grep', '-z', '-l', '-I', '-i', '-F', '--all-match', '--full-name', ...patterns, commit];
  const { stdout } = await git.run(args, { answers: [1] });
  const prefix = `${commit}:`.length;
  return new Set(
    stdout
      .toString()
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => line.slice(prefix)),
  );
}
