import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import { start, WORLD } from './scenes.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
  await start(harness);
});
afterEach(() => harness.close());

const approve = (by: string) =>
  harness.send('POST', `${WORLD}/approve-step`, { stepName: 'check', decision: 'approved', by });

it('takes somebody who types a space more, or an accent in two parts, for the same person', async () => {
  for (const by of ['Zo\u00eb Ann', ' Zo\u00eb  Ann ', 'Zoe\u0308 Ann\t'])
    expect((await approve(by)).status).toBe(202);

  const actors = harness.engine.given.map((command) => ('actor' in command ? command.actor : undefined));
  expect(actors).toEqual(Array.from({ length: 3 }, () => ({ kind: 'person', id: 'Zo\u00eb Ann' })));
});

it('takes nobody for a person who gives no name', async () => {
  for (const by of ['', ' ', '\u00a0\t']) expect((await approve(by)).status).toBe(422);
  expect(harness.engine.given).toEqual([]);
});
