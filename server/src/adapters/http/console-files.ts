import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, Router } from 'express';
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

/** Ids may hold dots, so an address is told from a missing file by what the caller wants. */
function isPage(request: Request): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (request.path === '/') return true;
  return (request.headers.accept ?? '').includes('text/html') && !NOT_A_PAGE.test(request.path);
}
