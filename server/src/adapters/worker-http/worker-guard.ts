import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { WorkerHosts } from './worker-hosts.ts';

/** The worker is somewhere that must not be dialled. The message is a sentence for people. */
export class ForbiddenWorkerUrl extends Error {
  override readonly name = 'ForbiddenWorkerUrl';
}

type Resolve = (
  host: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface WorkerGuard {
  /** Throws ForbiddenWorkerUrl for what the URL itself shows; a host name is looked at when it is resolved. */
  readonly check: (workerUrl: string) => URL;
  /** For `net.connect`: resolves, checks and hands over in one go, so that what is dialled is what was checked. */
  readonly lookup: LookupFunction;
  /** Both, for an announcement; a name that does not resolve now is not forbidden. */
  readonly whyForbidden: (workerUrl: string) => Promise<string | undefined>;
}

const RESOLVE_MS = 2_000;
const resolveAll: Resolve = (host, callback) => systemLookup(host, { all: true }, callback);

/** Server-side request forgery is what announced URLs invite (OWASP API7); this is the one gate they pass, at every dial. */
export function createWorkerGuard(hosts: WorkerHosts, resolve: Resolve = resolveAll): WorkerGuard {
  const check = (workerUrl: string): URL => {
    const url = URL.canParse(workerUrl) ? new URL(workerUrl) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
      throw new ForbiddenWorkerUrl('A workerUrl is an http or https URL.');
    if (url.username !== '' || url.password !== '')
      throw new ForbiddenWorkerUrl('A workerUrl holds no user or password.');
    if (url.search !== '' || url.hash !== '')
      throw new ForbiddenWorkerUrl('A workerUrl has no query and no fragment; paths are added to it.');
    const address = literalOf(url);
    const why = address === undefined ? undefined : hosts.whyForbidden(address, false);
    if (why !== undefined) throw new ForbiddenWorkerUrl(why);
    return url;
  };

  const resolveAllowed = (host: string, callback: Parameters<Resolve>[1]): void => {
    const name = host.toLowerCase().replace(/\.$/, '');
    resolve(name, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const isNamed = hosts.allowsName(name);
      for (const { address } of addresses) {
        const why = hosts.whyForbidden(address, isNamed);
        if (why !== undefined) return callback(new ForbiddenWorkerUrl(`${name} is at ${why}`), []);
      }
      callback(null, addresses);
    });
  };

  return {
    check,
    lookup: (host, options, callback) => {
      resolveAllowed(host, (error, addresses) => {
        const [first] = addresses;
        if (error !== null || first === undefined)
          callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
    whyForbidden: async (workerUrl) => {
      try {
        const url = check(workerUrl);
        if (literalOf(url) !== undefined) return undefined;
        return await new Promise<string | undefined>((settle) => {
          const timer = setTimeout(() => settle(undefined), RESOLVE_MS);
          resolveAllowed(url.hostname, (error) => {
            clearTimeout(timer);
            settle(error instanceof ForbiddenWorkerUrl ? error.message : undefined);
          });
        });
      } catch (error) {
        if (error instanceof ForbiddenWorkerUrl) return error.message;
        throw error;
      }
    },
  };
}

/** The URL parser has already turned 0x7f.1, 2130706433 and the like into four numbers. */
function literalOf({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) === 0 ? undefined : address;
}
