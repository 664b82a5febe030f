import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleFiles } from './console-files.ts';

const SCRIPT = 'export const loom = 1;\n';
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loom-console-'));
  const assets = join(folder, 'assets');
  await mkdir(assets);
  await writeFile(join(folder, 'index.html'), '<title>Loom</title>');
  await writeFile(join(assets, 'index-1.js'), SCRIPT);
  await writeFile(join(assets, 'index-1.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(assets, 'index-1.js.gz'), gzipSync(SCRIPT));
  await writeFile(join(assets, 'small-1.js'), '1;');
  const app = express();
  app.use((_request, response, next) => {
    response.locals['context'] = {};
    next();
  });
  app.use(consoleFiles(folder));
  server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await rm(folder, { recursive: true, force: true });
});

async function read(path: string, encoding?: string) {
  const { port } = server.address() as AddressInfo;
  const headers = encoding === undefined ? {} : { 'accept-encoding': encoding };
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

describe('a script of the console', () => {
  const cases = [
    { asked: 'gzip, deflate, br', encoding: 'br', unpack: brotliDecompressSync },
    { asked: 'gzip', encoding: 'gzip', unpack: gunzipSync },
  ] as const;
  for (const { asked, encoding, unpack } of cases) {
    test(`is sent as ${encoding} to who accepts ${asked}, kept for ever`, async () => {
      const { status, headers, body } = await read('/assets/index-1.js', asked);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-encoding': encoding,
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      });
      expect(unpack(body).toString()).toBe(SCRIPT);
    });
  }

  for (const asked of [undefined, 'identity', 'br;q=0, gzip;q=0']) {
    test(`is sent as it is to who accepts ${asked ?? 'nothing special'}`, async () => {
      const { headers, body } = await read('/assets/index-1.js', asked);
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers['vary']).toBe('Accept-Encoding');
      expect(body.toString()).toBe(SCRIPT);
    });
  }

  test('that was not worth compressing is sent as it is', async () => {
    const { headers, body } = await read('/assets/small-1.js', 'br');
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.toString()).toBe('1;');
  });

  test('that is not there is not found, and no other folder is reached', async () => {
    expect((await read('/assets/gone.js', 'br')).status).toBe(404);
    expect((await read('/assets/..%2f..%2fpackage.json', 'br')).status).not.toBe(200);
  });
});
