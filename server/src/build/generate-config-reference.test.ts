import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../settings.ts';
import { findOutdated, renderConfigReference } from './generate-config-reference.ts';

describe('configuration reference', () => {
  it('is what the settings say: run npm run generate -w @loom/server when this fails', () => {
    expect(findOutdated()).toEqual([]);
  });

  it('names every setting, with a unit where the name has one', () => {
    const rendered = renderConfigReference();
    for (const name of Object.keys(SETTINGS))
      for (const text of Object.values(rendered)) expect(text).toContain(name);
    const bounded = Object.entries(SETTINGS).filter(([name]) => /_(MS|SECONDS|BYTES)$/.test(name));
    for (const [, { notes }] of bounded) expect(notes).toHaveProperty('unit');
  });
});
