import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from './http-harness.ts';
import { API, callBack, reportWebhook, start, WORLD } from './scenes.ts';

const DISGUISED = '\u001b[31mApproved\u001b[0m by \u202ebob\u202c\r\nand \u2067ann\u2069\u0000';
const PLAIN = 'Approved by bob\nand ann';

let harness: Harness;
let runId: string;
beforeEach(async () => {
  harness = await createHarness();
  runId = await start(harness);
});
afterEach(() => harness.close());

const deadLetter = async (kind: string) => {
  const { body } = await harness.send('GET', `${API}/dead-letters?kind=${kind}`);
  const [letter] = body['items'] as { id: string }[];
  return (await harness.send('GET', `${API}/dead-letters/${letter?.id}`)).body;
};

describe('text that could be taken for something else', () => {
  test.each([
    ['skip-step', { stepName: 'greet' }, 'reason'],
    ['pause', {}, 'reason'],
    ['approve-step', { stepName: 'check', decision: 'rejected' }, 'comment'],
  ])('is prose by the time that a person has given it with %s', async (command, body, field) => {
    const given = await harness.send('POST', `${WORLD}/${command}`, { ...body, [field]: DISGUISED });
    expect(given.status).toBe(202);

    expect(harness.engine.given.at(-1)).toMatchObject({ [field]: PLAIN });
  });

  test('is no reason where nothing else is in it', async () => {
    const body = { stepName: 'greet', reason: '\u202e\u0000' };
    const refused = await harness.send('POST', `${WORLD}/skip-step`, body);

    expect(refused.status).toBe(422);
    expect(harness.engine.given).toEqual([]);
  });

  test('does not make one person two', async () => {
    const approve = (by: string) =>
      harness.send('POST', `${WORLD}/approve-step`, { stepName: 'check', decision: 'approved', by });
    for (const by of ['ann', '\u202aann\u202c']) expect((await approve(by)).status).toBe(202);

    expect(harness.engine.given.map((command) => 'actor' in command && command.actor.id)).toEqual([
      'ann',
      'ann',
    ]);
  });

  test('is prose by the time that a worker has said it', async () => {
    expect((await callBack(harness, runId, { attempt: 2, message: DISGUISED })).status).toBe(409);

    expect(await deadLetter('callback')).toMatchObject({ body: { report: { message: PLAIN } } });
    await reportWebhook(harness, { why: DISGUISED });
    expect(await deadLetter('webhook')).toMatchObject({ why: PLAIN });
  });
});
