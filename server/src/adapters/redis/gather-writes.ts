import type { Redis } from 'ioredis';

/**
 * Holds back what is sent until this turn of the event loop ends. All of it then leaves in one write, and Redis runs it
 * one after another before it syncs the disk once.
 */
export function gatherWrites({ status, stream }: Pick<Redis, 'status' | 'stream'>): void {
  if (status !== 'ready' || stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
