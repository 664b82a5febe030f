/** A file of a commit: its text, its text with a mode, or `null` to remove it. The shape that the local forge seeds. */
export type ExampleFile = string | null | { readonly content: string; readonly mode: '100755' };

export interface ExampleCommit {
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** ISO 8601. */
  readonly date: string;
  readonly files: Readonly<Record<string, ExampleFile>>;
}

export interface ExampleRepository {
  /** `owner/name`. */
  readonly name: string;
  readonly description: string;
  /** Oldest first, for the branch `main`. */
  readonly commits: readonly ExampleCommit[];
}

/** Trouble that a demonstration plants or finds, and its mend. */
export interface ExampleTrouble {
  /** The candidate that it concerns. */
  readonly candidate: string;
  /** The step at which it shows. */
  readonly step: string;
  /** Where the commit goes, on `main`. */
  readonly repository: string;
  readonly commit: ExampleCommit;
}
