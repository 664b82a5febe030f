/**
 * Branch coverage of the workflow code. It runs from a bundle, in Temporal's sandbox, in threads of their own, where
 * Vitest does not look: V8 writes what ran there (`NODE_V8_COVERAGE`, set by server/test/workflows/workflow-bundle.ts),
 * and this maps it back to the sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeScriptCovs, type ScriptCov } from '@bcoe/v8-coverage';
import { parse } from 'acorn';
import { convert } from 'ast-v8-to-istanbul';

const REQUIRED_PERCENT = 95;
const MEASURED = /\/server\/src\/workflows\/[a-z-]+\.ts$/u;
const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: workflow-coverage.ts <folder of V8 coverage>');

const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: ScriptCov[] }).result)
  .filter(({ url }) => /\/workflow-bundle-[0-9a-f]+\.js$/u.test(url));
// Tests that change the sources while they run would make several.
const urls = new Set(scripts.map(({ url }) => url));
const merged = mergeScriptCovs(scripts);
if (merged === undefined || urls.size !== 1)
  throw new Error(`Coverage of ${urls.size} bundles was found instead of one.`);

const code = readFileSync(fileURLToPath(merged.url), 'utf8');
const map = /\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,([A-Za-z0-9+/=]+)\s*$/u.exec(
  code,
);
if (map?.[1] === undefined) throw new Error('The bundle has no source map.');
const files = await convert({
  code,
  ast: parse(code, { ecmaVersion: 'latest', sourceType: 'script', locations: true }) as never,
  sourceMap: JSON.parse(Buffer.from(map[1], 'base64').toString()),
  coverage: merged,
});

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
let taken = 0;
let all = 0;
for (const [path, file] of Object.entries(files)) {
  if (!MEASURED.test(path)) continue;
  const branches = Object.values(file.b).flat();
  const missed = Object.entries(file.b).flatMap(([id, counts]) =>
    counts.flatMap((count, index) =>
      count > 0 ? [] : [file.branchMap[id]?.locations[index]?.start.line ?? 0],
    ),
  );
  taken += branches.length - missed.length;
  all += branches.length;
  const where = missed.length === 0 ? '' : `, not taken in lines ${[...new Set(missed)].join(', ')}`;
  print(`${path.split('/').at(-1)}: ${branches.length - missed.length} of ${branches.length}${where}`);
}
const percent = (taken / all) * 100;
print(
  `Branches of the workflow code: ${percent.toFixed(1)} % (${taken} of ${all}); ${REQUIRED_PERCENT} % are required.`,
);
if (!(percent >= REQUIRED_PERCENT)) process.exit(1);
