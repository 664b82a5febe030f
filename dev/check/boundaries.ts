/** Runs dependency-cruiser and fails when it saw too little: without a parser it reports success on no module. */
import { spawnSync } from 'node:child_process';

const SEEN_AT_LEAST = 150;
const bin = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
const folders = ['server/src', 'worker-sdk/src', 'workers', 'console/src', 'dev'];
const run = spawnSync(process.execPath, [bin, '--output-type', 'json', ...folders], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (run.stdout === '') {
  process.stderr.write(run.stderr);
  process.exit(1);
}
const { summary, modules } = JSON.parse(run.stdout) as {
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  modules: { source: string }[];
};
const own = modules.filter(({ source }) => folders.some((folder) => source.startsWith(folder)));
for (const { rule, from, to } of summary.violations) process.stderr.write(`${rule.name}: ${from} -> ${to}\n`);
if (own.length < SEEN_AT_LEAST)
  process.stderr.write(`Only ${own.length} modules were seen; expected ${SEEN_AT_LEAST} or more.\n`);
if (summary.violations.length > 0 || own.length < SEEN_AT_LEAST) process.exit(1);
process.stdout.write(`Boundaries hold: ${own.length} modules.\n`);
