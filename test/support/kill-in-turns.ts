import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';

interface Part {
  kill(signal: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}

interface KillsOptions {
  readonly kills: number;
  readonly random: Random;
  /** From the return of one to the kill of the next. */
  readonly betweenMs: { readonly least: number; readonly most: number };
}

/** Kills parts and starts them again, each as often as the others, give or take one, and says in which order. */
export async function killInTurns(
  partsOf: (round: number) => Readonly<Record<string, Part>>,
  { kills, random, betweenMs: { least, most } }: KillsOptions,
): Promise<void> {
  const order: [name: string, part: Part][] = [];
  for (let round = 0; order.length < kills; round += 1)
    order.push(...random.shuffle(Object.entries(partsOf(round))));
  order.length = kills;
  process.stderr.write(`killed in this order: ${order.map(([name]) => name).join(', ')}\n`);
  for (const [, part] of order) {
    await delay(least + random() * (most - least));
    await part.kill('SIGKILL');
    await part.restart();
  }
}
