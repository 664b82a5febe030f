import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { GithubError } from '../github-error.ts';
import { requestBase } from '../http/request.ts';

/**
 * Pages ask for no token, so they answer only under a name that no foreign site can have: an address, a name
 * without a dot (`localhost`, a container), or the public one. Else any web page could reach them by DNS rebinding.
 */
export function guardPages(publicUrl: string | undefined): RequestHandler {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return (req, res, next) => {
    const { host, hostname } = new URL(requestBase(req));
    const isAddress = /^[\d.]+$|^\[/.test(hostname);
    if (!isAddress && hostname.includes('.') && !hostname.endsWith('.localhost') && host !== publicHost)
      throw new GithubError(403, 'The pages of the forge are not served under this host name.');
    res.set({
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    });
    if (req.method !== 'GET' && req.method !== 'HEAD' && !isSameOrigin(req.headers, host, publicHost))
      throw new GithubError(403, 'This form was sent from another site.');
    next();
  };
}

function isSameOrigin(headers: IncomingHttpHeaders, host: string, publicHost: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const originHost = new URL(origin).host;
  return originHost === host || originHost === publicHost;
}
