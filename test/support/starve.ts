import { setTimeout as delay } from 'node:timers/promises';

const TURN_MS = 100;

/** Gives a process only so much of the time, as on a machine that is busy with others. Gives what ends it. */
export function starve(
  part: { kill(signal: NodeJS.Signals): Promise<void> },
  share: number,
): () => Promise<void> {
  let isOver = false;
  const starving = (async () => {
    while (!isOver) {
      await part.kill('SIGSTOP');
      await delay(TURN_MS * (1 - share));
      await part.kill('SIGCONT');
      await delay(TURN_MS * share);
    }
  })();
  return async () => {
    isOver = true;
    await starving;
  };
}
