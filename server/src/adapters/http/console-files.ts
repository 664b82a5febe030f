import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import { contextOf } from './request-context.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** Never pages of the console. */
const NOT_A_PAGE = /^\/(api|docs|problems|assets)(\/|$)/;
const HINT =
  'Loom runs, but its console is not built: npm run build -w @loom/console.\nThe API is described at /docs.\n';

/** The built console: hashed files are kept for ever, and every address of a page gives the one page. */
export function consoleFiles(folder: string): Router {
  const router = Router();
  const page = join(folder, 'index.html');
  const files = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const isHashed = path.startsWith(join(folder, 'assets'));
      response.setHeader(
        'Cache-Control',
        isHashed ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache',
      );
    },
  });
  router.use((request, response, next) => {
    if (/^\/api(\/|$)/.test(request.path)) return next();
    preferCompressed(request, response, folder);
    files(request, response, () => {
      if (!isPage(request)) return next();
      contextOf(response).route = 'console';
      if (!existsSync(page)) {
        response.status(404).type('text/plain').end(HINT);
        return;
      }
      response.sendFile(page, { headers: { 'Cache-Control': 'no-cache' }, cacheControl: false });
    });
  });
  return router;
}

const ASSET = /^\/assets\/[\w.-]+\.(js|css|svg)$/;
const ENDINGS = { br: '.br', gzip: '.gz' } as const;

/** The build keeps its files compressed beside them; which one is sent is for the caller to say. */
function preferCompressed(request: Request, response: Response, folder: string): void {
  const type = ASSET.exec(request.path)?.[1];
  if (type === undefined) return;
  response.vary('Accept-Encoding');
  const encoding = (['br', 'gzip'] as const).find((one) => request.acceptsEncodings(one) !== false);
  if (encoding === undefined) return;
  const path = `${request.path}${ENDINGS[encoding]}`;
  if (!existsSync(join(folder, path))) return;
  response.type(type).setHeader('Content-Encoding', encoding);
  request.url = path;
}

/** Ids may hold dots, so an address is told from a missing file by what the caller wants. */
function isPage(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (request.path === '/') return true;
  return (request.headers.accept ?? '').includes('text/html') && !NOT_A_PAGE.test(request.path);
}
