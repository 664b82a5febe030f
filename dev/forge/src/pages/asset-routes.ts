import { Router } from 'express';
import { notFound } from '../github-error.ts';
import { param } from '../http/request.ts';
import { STYLESHEET } from './stylesheet.ts';

/** What pages need besides themselves; asked for without a token. */
export function createAssetRoutes(): Router {
  const assets = Router();
  assets.get('/_forge/forge.css', (_req, res) => {
    res.set('Content-Type', 'text/css; charset=utf-8').end(STYLESHEET);
  });
  assets.get('/_forge/avatars/:file', (req, res) => {
    const [, login = ''] = /^([A-Za-z0-9-]{1,40})\.svg$/.exec(param(req, 'file')) ?? [];
    if (login === '') throw notFound();
    const hue = Buffer.from(login).reduce((sum, byte) => sum + byte, 0) % 360;
    res
      .set('Content-Type', 'image/svg+xml')
      .end(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" fill="hsl(${hue} 45% 45%)"/><text x="20" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">${login[0]?.toUpperCase()}</text></svg>`,
      );
  });
  return assets;
}
