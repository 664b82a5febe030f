import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTINGS } from '../settings.ts';
import { RETRY_SETTINGS } from './retry-settings.ts';

const page = readFileSync(new URL('../../../docs/retries.md', import.meta.url), 'utf8');
const named = new Set(page.match(/LOOM_[A-Z_]+/gu));

it('The page about retries names every figure that can be set, and none that cannot', () => {
  expect(Object.keys(RETRY_SETTINGS).filter((name) => !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !(name in SETTINGS))).toEqual([]);
});
