/** Writes `.env.example` and `docs/configuration.md` from the settings; `--check` only says whether they are up to date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SettingNotes } from '../settings/setting.ts';
import { SETTINGS } from '../settings.ts';

const ROOT = new URL('../../../', import.meta.url);
const GENERATED = 'Made by `npm run generate -w @loom/server` from server/src/settings.ts; do not edit.';

interface Documented extends SettingNotes {
  readonly name: string;
}

/** Paths from the root of the repository, and what has to be in them. */
export function renderConfigReference(): Readonly<Record<string, string>> {
  const settings = Object.entries(SETTINGS).map(([name, { notes }]): Documented => ({ name, ...notes }));
  const groups = [...new Set(settings.map(({ group }) => group))].map(
    (group) => [group, settings.filter((setting) => setting.group === group)] as const,
  );
  return { '.env.example': renderExample(groups), 'docs/configuration.md': renderPage(groups) };
}

type Groups = readonly (readonly [string, readonly Documented[]])[];

function renderExample(groups: Groups): string {
  const sections = groups.map(([group, settings]) =>
    [
      `# ${group}`,
      ...settings.map((setting) => `${comment(setting)}\n# ${setting.name}=${setting.default ?? ''}`),
    ].join('\n\n'),
  );
  return [
    `# ${GENERATED.replaceAll('`', '')}\n# Nothing has to be set for development.`,
    ...sections,
    '',
  ].join('\n\n');
}

function comment({ description, unit }: Documented): string {
  const text = unit === undefined ? description : `${description} Unit: ${unit}.`;
  return wrap(text, 98)
    .map((line) => `# ${line}`)
    .join('\n');
}

function renderPage(groups: Groups): string {
  const intro = [
    '# Configuration',
    `<!-- ${GENERATED} -->`,
    'The server is configured by environment variables. Each has a `_FILE` form that names a file with the value, for secrets that are mounted. All that is wrong is told at once at the start; a `LOOM_` name that is not known is warned about with the nearest one that is.',
  ];
  const sections = groups.flatMap(([group, settings]) => [
    `## ${group}`,
    ['| variable | default | unit | meaning |', '| --- | --- | --- | --- |', ...settings.map(renderRow)].join(
      '\n',
    ),
  ]);
  return `${[...intro, ...sections].join('\n\n')}\n`;
}

function renderRow({ name, description, unit, default: value }: Documented): string {
  const given = value === undefined ? 'unset' : `\`${value}\``;
  return `| \`${name}\` | ${given} | ${unit ?? ''} | ${description.replaceAll('|', '\\|')} |`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function isCurrent(path: string, text: string): boolean {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8') === text;
  } catch {
    return false;
  }
}

/** Paths whose content is another than it should be. */
export function findOutdated(): readonly string[] {
  return Object.entries(renderConfigReference())
    .filter(([path, text]) => !isCurrent(path, text))
    .map(([path]) => path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdated = findOutdated();
  if (process.argv.includes('--check')) {
    if (outdated.length > 0) process.stderr.write(`Out of date: ${outdated.join(', ')}. ${GENERATED}\n`);
    process.exitCode = outdated.length > 0 ? 1 : 0;
  } else {
    for (const [path, text] of Object.entries(renderConfigReference())) {
      const file = new URL(path, ROOT);
      mkdirSync(dirname(fileURLToPath(file)), { recursive: true });
      writeFileSync(file, text);
    }
  }
}
