import { afterEach, describe, expect, it } from 'vitest';
import { createHarness, type Harness, type Reply } from './http-harness.ts';
import { API, callback, start, WORLD } from './scenes.ts';

/** What a worker is answered, in the order in which the server looks. */
describe('a callback', () => {
  let harness: Harness | undefined;
  afterEach(() => harness?.close());

  async function open(): Promise<{ readonly harness: Harness; readonly runId: string }> {
    harness = await createHarness();
    return { harness, runId: await start(harness) };
  }

  interface Call {
    readonly body?: object;
    readonly workflowId?: string;
    /** Instead of the one that belongs to the body. */
    readonly token?: string | undefined;
  }
  function call(own: Harness, runId: string, { body = {}, workflowId = 'hello__world', ...given }: Call) {
    const sent = callback(runId, body);
    const token = 'token' in given ? given.token : own.tokens.sign({ ...sent, phase: 'execute' });
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return own.send('POST', `${API}/event/${workflowId}`, sent, headers);
  }
  const said = ({ status, body }: Reply) => [status, String(body['type']).split('/').at(-1)];

  const FORGED = Buffer.from('not the one').toString('base64url');
  const NEVER = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';
  const TOO_LARGE = { outputs: { diff: 'x'.repeat(66_000) } };

  it.each<readonly [string, Call, readonly [number, string]]>([
    ['without a token', { token: undefined }, [401, 'unauthorized']],
    ['with a forged token', { token: FORGED }, [401, 'unauthorized']],
    [
      'with a forged token and another candidate',
      { token: FORGED, body: { candidateId: 'mars' } },
      [401, 'unauthorized'],
    ],
    ['with a forged token and too much', { token: FORGED, body: TOO_LARGE }, [401, 'unauthorized']],
    [
      'with a forged token and an unknown step',
      { token: FORGED, body: { stepName: 'none' } },
      [401, 'unauthorized'],
    ],
    [
      'with a forged token and a later attempt',
      { token: FORGED, body: { attempt: 7 } },
      [401, 'unauthorized'],
    ],
    ['about a run that never was', { body: { runId: NEVER } }, [404, 'not-found']],
    [
      'about a run that never was, with a forged token',
      { token: FORGED, body: { runId: NEVER } },
      [404, 'not-found'],
    ],
    ['about the run of another candidate', { workflowId: 'hello__mars' }, [404, 'not-found']],
    ['to a workflow ID that is none', { workflowId: 'hello' }, [404, 'not-found']],
    ['with another candidate in its body', { body: { candidateId: 'mars' } }, [422, 'invalid-request']],
    ['with too much in its body', { body: TOO_LARGE }, [422, 'invalid-request']],
    ['about a step that the run has not', { body: { stepName: 'none' } }, [409, 'step-not-dispatched']],
    ['about a step that is still to come', { body: { stepName: 'check' } }, [409, 'step-not-dispatched']],
    ['about an attempt that is still to come', { body: { attempt: 2 } }, [409, 'step-not-dispatched']],
  ])('%s is refused', async (_, made, expected) => {
    const { harness: own, runId } = await open();
    expect(said(await call(own, runId, made))).toEqual(expected);
  });

  it('about a run that is over is told to stop, but not to whoever has no token', async () => {
    const { harness: own, runId } = await open();
    const run = { migrationId: 'hello', candidateId: 'world', runId };
    await own.engine.show(run, { status: 'not_started', runState: undefined }, 'cancelled');
    expect(said(await call(own, runId, {}))).toEqual([410, 'run-over']);
    expect(said(await call(own, runId, { token: FORGED }))).toEqual([401, 'unauthorized']);
    expect((await own.send('GET', WORLD)).body).toMatchObject({ status: 'not_started' });
  });

  it('about an attempt that a newer one supersedes is told to stop', async () => {
    const { harness: own, runId } = await open();
    await own.engine.show({ migrationId: 'hello', candidateId: 'world', runId }, {}, undefined, 2);
    expect(said(await call(own, runId, {}))).toEqual([410, 'run-over']);
    expect((await call(own, runId, { body: { attempt: 2 } })).status).toBe(202);
  });
});
