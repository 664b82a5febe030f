import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { ForgeContext } from '../forge-context.ts';
import { type CgiAnswer, type CgiRequest, runHttpBackend } from '../git/http-backend.ts';
import { listRefs, refChanges } from '../git/refs.ts';
import { followRefChanges } from '../operations/change-refs.ts';
import { inRepository } from '../operations/repository-session.ts';
import type { RepositoryRecord } from '../store/records.ts';
import type { UserRecord } from '../users.ts';

export interface GitRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: CgiRequest['service'];
}

const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const SMART_SERVICES: readonly unknown[] = ['git-upload-pack', 'git-receive-pack'];

/** What a git client asks for, when the path is one of the smart HTTP protocol's. */
export function gitRequestOf(req: Request): GitRequest | undefined {
  const [, owner = '', name = '', service = ''] = GIT_PATH.exec(req.path) ?? [];
  if (owner === '') return undefined;
  if (service === 'info/refs') {
    const isSmart = SMART_SERVICES.includes(req.query['service']);
    return isSmart && req.method === 'GET' ? { owner, name, service } : undefined;
  }
  if (req.method !== 'POST') return undefined;
  return { owner, name, service: service === 'git-upload-pack' ? service : 'git-receive-pack' };
}

export async function serveGit(
  context: ForgeContext,
  record: RepositoryRecord,
  service: CgiRequest['service'],
  user: UserRecord,
  req: Request,
  res: Response,
): Promise<void> {
  const run = (body: Readable, contentLength = req.headers['content-length']) =>
    runHttpBackend(context.gitRunner, {
      repositoriesRoot: context.store.repositoriesRoot,
      repository: `${record.owner}/${record.name}.git`,
      service,
      method: req.method,
      query: new URL(req.originalUrl, 'http://forge').search.slice(1),
      user: user.login,
      remoteAddress: req.socket.remoteAddress ?? '',
      headers: { ...headersOf(req), 'content-length': contentLength },
      body,
    });
  if (service === 'git-receive-pack') await receivePush(context, record, user, req, res, run);
  else await sendAnswer(context, await run(req), res);
}

/**
 * A push waits on disk until all of it has come, so that a slow client does not hold the repository; then it
 * runs alone, and its answer leaves only when pull requests and hooks have followed.
 */
async function receivePush(
  context: ForgeContext,
  record: RepositoryRecord,
  user: UserRecord,
  req: Request,
  res: Response,
  run: (body: Readable, contentLength: string) => Promise<CgiAnswer>,
): Promise<void> {
  const spool = join(context.store.scratchRoot, `push-${randomUUID()}`);
  let pushed: { readonly answer: CgiAnswer; readonly body: Buffer };
  try {
    const file = createWriteStream(spool);
    await pipeline(req, file);
    pushed = await inRepository(context, record, async (session) => {
      const before = await listRefs(session.git, 'refs/heads/', 'refs/tags/');
      const answer = await run(createReadStream(spool), String(file.bytesWritten));
      const body = await collect(answer.body);
      const after = await listRefs(session.git, 'refs/heads/', 'refs/tags/');
      await followRefChanges(context, session, refChanges(before, after), user);
      return { answer, body };
    });
  } finally {
    await rm(spool, { force: true });
  }
  writeHead(pushed.answer, res);
  res.end(pushed.body);
}

async function sendAnswer(context: ForgeContext, answer: CgiAnswer, res: Response): Promise<void> {
  writeHead(answer, res);
  try {
    await pipeline(answer.body, res);
  } catch (error) {
    answer.abort();
    context.log.debug({ err: error }, 'git client went away');
  }
}

function writeHead(answer: CgiAnswer, res: Response): void {
  res.status(answer.status);
  for (const [name, value] of answer.headers) res.setHeader(name, value);
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function headersOf(req: Request): Record<string, string | undefined> {
  const { headers } = req;
  return {
    'content-type': headers['content-type'],
    'content-encoding': headers['content-encoding'],
    accept: headers.accept,
    'user-agent': headers['user-agent'],
    'git-protocol': typeof headers['git-protocol'] === 'string' ? headers['git-protocol'] : undefined,
  };
}
