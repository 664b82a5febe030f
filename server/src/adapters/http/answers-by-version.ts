import type { Problem } from '../../domain/problem.ts';

type Refused = { readonly ok: false; readonly problem: Problem };

/** Answers of reads that many watch, made once for each version of what they show. */
export interface AnswersByVersion {
  /** The same object for the same key, so that it is rendered once too. */
  once<Answer extends object>(key: string, make: () => Promise<Answer | Refused>): Promise<Answer | Refused>;
}

/** Pages of 200 rows are some 300 KB each. */
const MOST_KEPT = 32;
/** A store that was restored counts its versions from where it was: so long it may be taken for the one before. */
const KEPT_MS = 30_000;

export function createAnswersByVersion(now: () => number = () => performance.now()): AnswersByVersion {
  /** The oldest first. */
  const kept = new Map<string, { readonly answer: Promise<object>; readonly until: number }>();
  return {
    async once<Answer extends object>(key: string, make: () => Promise<Answer | Refused>) {
      const known = kept.get(key);
      if (known !== undefined && known.until > now()) return known.answer as Promise<Answer | Refused>;
      const answer = make();
      const entry = { answer, until: now() + KEPT_MS };
      kept.delete(key);
      kept.set(key, entry);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      const forget = () => {
        if (kept.get(key) === entry) kept.delete(key);
      };
      answer.then((made) => 'ok' in made && forget(), forget);
      return answer;
    },
  };
}
