import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../settings.ts';
import { findOutdated, renderConfigReference } from './generate-config-reference.ts';

describe('configuration reference', () => {
  it('is what the settings say: run npm run generate -w @loom/server when this fails', () => {
    expect(findOutdated()).toEqual([]);
  });

  it('names every setting, with a unit where the name has one', () => {
    const rendered = renderConfigReference();
    for (const [name, { notes }] of Object.entries(SETTINGS)) {
      for (const text of Object.values(rendered)) expect(text).toContain(name);
      const hasUnit = /_(MS|SECONDS|BYTES)$/.test(name);
      if (hasUnit) expect(notes).toHaveProperty('unit');
    }
  });
});
