import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadContract } from './contract.ts';
import { type HttpServer, listenHttp } from './listen.ts';
import { createBodyReader } from './read-body.ts';
import { problemOfError } from './render-problem.ts';

const VALUE = { id: 'caf\u00e9', list: [1, { deep: null }] };
const JSON_TEXT = JSON.stringify(VALUE);
const JSON_TYPE = { 'content-type': 'application/json' };

let server: HttpServer;
/** What became of each body, in the order in which the requests ended. */
const seen: unknown[] = [];

beforeAll(async () => {
  const operation = loadContract().operations.find(({ id }) => id === 'completeStep');
  if (operation === undefined) throw new Error('completeStep is not in the contract');
  const read = createBodyReader(operation, 1_000);
  const app = express().use(async (request, response) => {
    const outcome = await read(request, response).catch((error: unknown) => problemOfError(error).problem);
    seen.push(outcome);
    response.json(outcome);
  });
  server = await listenHttp(app, { host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close(0));

async function send(body: NonNullable<RequestInit['body']>, headers: Record<string, string> = JSON_TYPE) {
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
  return (await fetch(`http://127.0.0.1:${server.port}/`, init)).json();
}

async function* inParts() {
  yield Buffer.from(JSON_TEXT.slice(0, 5));
  yield Buffer.from(JSON_TEXT.slice(5));
}

test('a body is the same whether it comes plain, with a mark, named in UTF-8, packed or in parts', async () => {
  const bytes = Buffer.byteLength(JSON_TEXT);
  expect(await send(JSON_TEXT)).toEqual({ value: VALUE, bytes });
  expect(await send(`\ufeff${JSON_TEXT}`)).toEqual({ value: VALUE, bytes: bytes + 3 });
  const named = { 'content-type': 'application/json; charset=UTF-8' };
  expect(await send(JSON_TEXT, named)).toEqual({ value: VALUE, bytes });
  const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  expect(await send(gzipSync(JSON_TEXT), packed)).toEqual({ value: VALUE, bytes });
  expect(await send(inParts() as unknown as BodyInit)).toEqual({ value: VALUE, bytes });
});

test('what is too large, or is no JSON, is refused alike, however it comes', async () => {
  const large = JSON.stringify('x'.repeat(2_000));
  const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
  const tooLarge = { word: 'payload-too-large', detail: expect.stringContaining('1000 bytes') };
  expect(await send(large)).toEqual(tooLarge);
  expect(await send(gzipSync(large), packed)).toEqual(tooLarge);
  const malformed = {
    word: 'malformed-request',
    detail: expect.stringMatching(/^The body could not be read: /),
  };
  expect(await send('{"half":')).toMatchObject(malformed);
  expect(await send(gzipSync('{"half":'), packed)).toMatchObject(malformed);
});

test('a body that is cut short is given up', async () => {
  seen.length = 0;
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"half":',
  );
  socket.end();
  await expect.poll(() => seen).toMatchObject([{ word: 'malformed-request' }]);
  socket.destroy();
});
