import type { RequestHandler } from 'express';

export interface JournalEntry {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** 0 when the connection ended without an answer. */
  readonly status: number;
}

export interface RequestJournal {
  readonly record: RequestHandler;
  /** The latest requests that have ended, oldest first. */
  list(): readonly JournalEntry[];
  clear(): void;
}

const KEPT = 10_000;

/** What clients asked for, so that a test can count calls. */
export function createRequestJournal(now: () => Date): RequestJournal {
  const entries: JournalEntry[] = [];
  return {
    record(req, res, next) {
      const at = now().toISOString();
      const path = req.originalUrl;
      res.once('close', () => {
        entries.push({ at, method: req.method, path, status: res.headersSent ? res.statusCode : 0 });
        if (entries.length > KEPT) entries.shift();
      });
      next();
    },
    list: () => [...entries],
    clear() {
      entries.length = 0;
    },
  };
}
