/** Answers of reads that many watch, each with the version of what it shows. */
export interface AnswersByVersion<Answer> {
  /** The same object as was kept, so that it is rendered once too. */
  find(key: string): VersionedAnswer<Answer> | undefined;
  keep(key: string, versioned: VersionedAnswer<Answer>): void;
}

export interface VersionedAnswer<Answer> {
  readonly version: number;
  readonly answer: Answer;
}

/** Pages of 200 rows are some 300 KB each. */
const MOST_KEPT = 32;
/** A store that was restored counts its versions from where it was: so long it may be taken for the one before. */
const KEPT_MS = 30_000;

export function createAnswersByVersion<Answer>(
  now: () => number = () => performance.now(),
): AnswersByVersion<Answer> {
  /** The oldest first. */
  const kept = new Map<string, { readonly versioned: VersionedAnswer<Answer>; readonly until: number }>();
  return {
    find(key) {
      const known = kept.get(key);
      return known !== undefined && known.until > now() ? known.versioned : undefined;
    },
    keep(key, versioned) {
      kept.delete(key);
      kept.set(key, { versioned, until: now() + KEPT_MS });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    },
  };
}
