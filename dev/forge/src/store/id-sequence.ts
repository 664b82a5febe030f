import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const BLOCK = 1000;

/** Ids that are never given twice, also after a crash: a whole block is reserved on disk before its first use. */
export function createIdSequence(path: string): () => number {
  let reserved = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (!Number.isSafeInteger(reserved)) throw new Error(`${path} does not hold a number`);
  let last = reserved;
  return () => {
    if (last === reserved) {
      reserved += BLOCK;
      writeFileSync(`${path}.tmp`, String(reserved));
      renameSync(`${path}.tmp`, path);
    }
    last += 1;
    return last;
  };
}
