import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { GithubError } from '../github-error.ts';

const DOCUMENTATION = 'https://docs.github.com/rest';

export function sendJson(req: Request, res: Response, body: unknown, status = 200): void {
  res.status(status).set('Content-Type', 'application/json; charset=utf-8');
  sendTagged(req, res, Buffer.from(JSON.stringify(body)));
}

export function sendBytes(req: Request, res: Response, contentType: string, body: Buffer): void {
  res.status(200).set('Content-Type', contentType);
  sendTagged(req, res, body);
}

export function sendNothing(res: Response, status = 204): void {
  res.status(status).end();
}

export function sendError(res: Response, error: GithubError): void {
  const body = {
    message: error.message,
    ...(error.errors ? { errors: error.errors } : {}),
    documentation_url: DOCUMENTATION,
    status: String(error.status),
  };
  res.status(error.status).set(error.headers);
  res.set('Content-Type', 'application/json; charset=utf-8').end(JSON.stringify(body));
}

/** Every GET can be asked again with its ETag; an unchanged answer is an empty 304. */
function sendTagged(req: Request, res: Response, body: Buffer): void {
  const isRead = req.method === 'GET' || req.method === 'HEAD';
  if (isRead && res.statusCode === 200) {
    const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
    res.set({ ETag: etag, 'Cache-Control': 'private, max-age=60, s-maxage=60' });
    res.vary('Accept').vary('Authorization');
    if (matches(req.headers['if-none-match'], etag)) {
      res.removeHeader('Content-Type');
      res.status(304).end();
      return;
    }
  }
  res.set('Content-Length', String(body.length)).end(body);
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag));
}
