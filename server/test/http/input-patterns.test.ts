import { afterEach, describe, expect, it } from 'vitest';
import { createHarness, type Harness, type Reply } from './http-harness.ts';
import { API, announce, announcement, succeed, WORLD } from './scenes.ts';

const withPattern = (pattern: string) => ({ requiredInputs: [{ name: 'ticket', pattern }] });
const said = ({ status, body }: Reply) => [status, String(body['type']).split('/').at(-1)];
const misfit = [422, 'invalid-input'];

describe('the pattern of an input', () => {
  let harness: Harness | undefined;
  afterEach(() => harness?.close());

  it('is refused at the announcement where it cannot be used, with place and reason', async () => {
    harness = await createHarness();
    const body = announcement(harness, withPattern('(?=x)y'));
    const refused = await harness.send('POST', `${API}/registry/announce`, body);
    expect(said(refused)).toEqual([422, 'invalid-request']);
    expect(refused.body).toMatchObject({
      conformance: {
        findings: [
          {
            severity: 'error',
            path: '/requiredInputs/0/pattern',
            message: expect.stringContaining('without lookaround'),
          },
        ],
      },
    });
  });

  it('holds for a start, a preview, a retry and a change of inputs', async () => {
    harness = await createHarness();
    await announce(harness, withPattern('[A-Z]+-[0-9]+'));
    const wrong = { ticket: 'later' };
    const preview = { candidateId: 'world', inputs: wrong };
    expect(said(await harness.send('POST', `${API}/migrations/hello/dry-run`, preview))).toEqual(misfit);
    expect(said(await harness.send('PATCH', `${WORLD}/inputs`, wrong))).toEqual(misfit);
    expect(said(await harness.send('POST', `${WORLD}/start`, { inputs: wrong }))).toEqual(misfit);
    succeed(await harness.send('POST', `${WORLD}/start`, { inputs: { ticket: 'OPS-1' } }));
    const retry = { stepName: 'greet', inputs: wrong };
    expect(said(await harness.send('POST', `${WORLD}/retry-step`, retry))).toEqual(misfit);
    expect(said(await harness.send('PATCH', `${WORLD}/inputs`, wrong))).toEqual(misfit);
  });

  it('of a worker that means harm holds nobody up', async () => {
    harness = await createHarness();
    await announce(harness, withPattern('((a+)+)+'));
    const startedAt = performance.now();
    const inputs = { ticket: `${'a'.repeat(3_000)}!` };
    expect(said(await harness.send('POST', `${WORLD}/start`, { inputs }))).toEqual(misfit);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
