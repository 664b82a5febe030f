/** `make bench`: measures, checks what it measured, and prints a table. See README.md. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { candidates } from './candidates.ts';
import { floor } from './floor.ts';
import { paging } from './paging.ts';
import { parked } from './parked.ts';
import { polling } from './polling.ts';
import { profile } from './profile.ts';
import { closeConnections } from './support/http.ts';
import { createReport } from './support/report.ts';
import { startParts } from './support/stack.ts';

const measured: Readonly<Record<string, Bench>> = { floor, candidates, paging, polling, parked };
/** The floor where Temporal keeps its runs on a file, as Redis does. */
const FLOOR_ON_FILE = 'floor-on-file';
/** `profile` slows down what it looks at, so it is had by name only, and so is the floor a second time. */
const benches: Readonly<Record<string, Bench>> = { ...measured, profile, [FLOOR_ON_FILE]: floor };

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const names = values.only === '' ? Object.keys(measured) : values.only.split(',');
const say = (line: string) => process.stderr.write(`${line}\n`);
const report = createReport(say);
const startedAt = performance.now();

for (const name of names) {
  const bench = benches[name];
  if (bench === undefined) throw new Error(`There is no "${name}", only ${Object.keys(benches).join(', ')}.`);
  say(name);
  const parts = await startParts({ keepsRuns: name === FLOOR_ON_FILE });
  try {
    await bench({ parts, report, isQuick: values.quick });
  } finally {
    await parts.stop();
    closeConnections();
  }
}

const seconds = Math.round((performance.now() - startedAt) / 1_000);
const gigabytes = Math.round(totalmem() / 2 ** 30);
process.stdout.write(
  [
    `${availableParallelism()} processors (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gigabytes} GB, Node ${process.versions.node}, ${values.quick ? 'quick' : 'full'} form, ${seconds} s, load at the end ${loadavg()[0]?.toFixed(1)}`,
    '',
    report.toMarkdown(),
    '',
  ].join('\n'),
);
