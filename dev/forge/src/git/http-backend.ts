import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { GitRunner } from './run-git.ts';

export interface CgiRequest {
  readonly repositoriesRoot: string;
  /** Path of the bare repository below the root, as `owner/name.git`. */
  readonly repository: string;
  readonly service: 'info/refs' | 'git-upload-pack' | 'git-receive-pack';
  readonly method: string;
  readonly query: string;
  readonly user: string;
  readonly remoteAddress: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
}

export interface CgiAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Readable;
  /** Ends the process, when the client went away. */
  abort(): void;
}

const LONGEST_HEAD = 64 * 1024;

/** Runs git's own smart HTTP server for one request and answers as soon as its CGI head was read. */
export function runHttpBackend(runner: GitRunner, request: CgiRequest): Promise<CgiAnswer> {
  const child = spawn('git', ['http-backend'], {
    env: { ...runner.environment, ...cgiEnvironment(request) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  runner.track(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4096);
  });
  // The backend may answer, and end, before it has read the whole body.
  child.stdin.on('error', () => undefined);
  request.body.once('error', () => child.kill());
  request.body.pipe(child.stdin);
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const parsed = splitHead(head);
      if (!parsed && head.length <= LONGEST_HEAD) return;
      child.stdout.off('data', onData);
      child.stdout.pause();
      if (!parsed) {
        child.kill();
        reject(new Error('git http-backend sent no CGI head'));
        return;
      }
      if (parsed.rest.length > 0) child.stdout.unshift(parsed.rest);
      resolve({ ...parseHead(parsed.head), body: child.stdout, abort: () => child.kill() });
    };
    child.stdout.on('data', onData);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`git http-backend ended with ${code}: ${errors.trim()}`)));
  });
}

function cgiEnvironment(request: CgiRequest): Record<string, string> {
  const optional = {
    CONTENT_TYPE: request.headers['content-type'],
    CONTENT_LENGTH: request.headers['content-length'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    HTTP_ACCEPT: request.headers['accept'],
    HTTP_USER_AGENT: request.headers['user-agent'],
    GIT_PROTOCOL: request.headers['git-protocol'],
  };
  const given = Object.entries(optional).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return {
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    GIT_PROJECT_ROOT: request.repositoriesRoot,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${request.repository}/${request.service}`,
    REQUEST_METHOD: request.method,
    QUERY_STRING: request.query,
    REMOTE_USER: request.user,
    REMOTE_ADDR: request.remoteAddress,
    ...Object.fromEntries(given),
  };
}

function splitHead(bytes: Buffer): { head: string; rest: Buffer } | undefined {
  for (const separator of ['\r\n\r\n', '\n\n']) {
    const at = bytes.indexOf(separator);
    if (at >= 0)
      return { head: bytes.subarray(0, at).toString('latin1'), rest: bytes.subarray(at + separator.length) };
  }
  return undefined;
}

function parseHead(head: string): Pick<CgiAnswer, 'status' | 'headers'> {
  const headers: [string, string][] = [];
  let status = 200;
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers.push([name, value]);
  }
  return { status, headers };
}
