/** Fails when a migration, step type or worker name of ours occurs in the server or the console. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const list = (...paths: string[]): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...paths], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => /\.(ts|tsx|css|html|lua)$/.test(path));

const names = new Set<string>();
for (const path of list('workers')) {
  names.add(path.split('/')[1] ?? '');
  if (path.endsWith('.test.ts')) continue;
  for (const [, name] of readFileSync(path, 'utf8').matchAll(
    /\b(?:id|name|type|workerApp):\s*['"`]([a-z0-9][a-z0-9-]{3,62})['"`]/g,
  )) {
    if (name !== undefined) names.add(name);
  }
}
/** Words of the domain, the web or of JSON Schema that a worker may use as a name too. */
const COMMON = new Set([
  'string',
  'number',
  'boolean',
  'enum',
  'object',
  'array',
  'name',
  'type',
  'file',
  'main',
  'tree',
  'blob',
  'branch',
  'repository',
  'text',
  'application',
  'review',
  'check',
  'name-of',
  'push',
  'open',
  'closed',
  'merged',
]);

const isTest = (path: string): boolean => /\.test\.tsx?$|\/test\//.test(path);
const sources = list('server/src', 'console/src').filter((path) => !isTest(path));
const breaches: string[] = [];
for (const path of sources) {
  const text = readFileSync(path, 'utf8');
  for (const name of names) {
    if (name === '' || COMMON.has(name)) continue;
    const pattern = name.includes('-')
      ? new RegExp(`(?<![\\w-])${name}(?![\\w-])`)
      : new RegExp(`['"\`]${name}['"\`]`);
    if (pattern.test(text)) breaches.push(`${path}: "${name}"`);
  }
}
if (sources.length === 0 || names.size < 3) {
  process.stderr.write(`Nothing was checked: ${sources.length} files against ${names.size} names.\n`);
  process.exit(1);
}
if (breaches.length > 0) {
  process.stderr.write(`The server and the console know no migration, but:\n${breaches.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`Neutral: ${names.size} names of workers do not occur in ${sources.length} files.\n`);
