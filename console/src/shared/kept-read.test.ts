// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { aProblem, stubServer } from '../testing/stub-server.ts';
import { api } from './api-client.ts';
import { connection } from './connection.ts';
import { type Kept, type ReadHeader, readKept } from './kept-read.ts';
import { NoAnswerError, ProblemError } from './problem.ts';

const read = <T>(previous?: Kept<T>) =>
  readKept(previous as never, (header: ReadHeader) => api.GET('/workers', { params: { header } }));

describe('a read', () => {
  it('gives back the very object that is kept when nothing changed', async () => {
    const { received } = stubServer(() => ({ body: { items: [] } }));
    const first = await read();
    const second = await read(first);
    expect(received[1]?.headers.get('if-none-match')).toBe(first.etag);
    expect(second).toBe(first);
  });

  it('gives the new body when it changed', async () => {
    let parked = 0;
    stubServer(() => ({
      body: { items: [{ workerApp: 'sample', instances: [], migrations: [], parked: parked++ }] },
    }));
    const first = await read();
    const second = await read(first);
    expect(second.body.items[0]?.parked).toBe(1);
  });

  it('fails with the problem that the server answers', async () => {
    stubServer(() => aProblem('not-found', 404, { detail: 'No such thing.' }));
    await expect(read()).rejects.toMatchObject({ name: 'ProblemError', message: 'No such thing.' });
  });

  it('fails with how long to wait where the server says so', async () => {
    stubServer(() => ({ ...aProblem('unavailable', 503), headers: { 'retry-after': '7' } }));
    const error = await read().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).retryAfterMs).toBe(7_000);
  });

  it('tells a gateway in between from the server', async () => {
    stubServer(() => ({ status: 502, headers: { 'content-type': 'text/html' } }));
    await expect(read()).rejects.toBeInstanceOf(NoAnswerError);
  });

  it('notices when the server is silent and when it answers again', async () => {
    let isUp = false;
    stubServer(() => (isUp ? { body: { items: [] } } : undefined));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 });
    await expect(read()).rejects.toBeInstanceOf(NoAnswerError);
    expect(connection.current().state).toBe('silent');
    isUp = true;
    await read();
    expect(connection.current().state).toBe('answering');
  });

  it('fails for half an answer', async () => {
    stubServer(() => ({ body: { items: [] } }));
    const whole = globalThis.fetch;
    globalThis.fetch = async (input) => {
      await whole(input);
      return new Response('{"items": [', { status: 200, headers: { 'content-type': 'application/json' } });
    };
    await expect(read()).rejects.toThrow('What came in its place cannot be read.');
  });
});
