import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { listWorkerSettings } from './config.ts';

it('the README lists every setting as its schema has it', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = readme.slice(readme.indexOf('| --- |')).trim().split('\n').slice(1);
  expect(rows).toEqual(
    listWorkerSettings().map(
      ({ variable, option, default: fallback, description }) =>
        `| \`${variable}\` | \`${option}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${description} |`,
    ),
  );
});
