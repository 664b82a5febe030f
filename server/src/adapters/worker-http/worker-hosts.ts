import { BlockList, isIP } from 'node:net';

/** Where workers may be, and where nothing is ever dialled. */
export interface WorkerHosts {
  /** Listed by name, so that its addresses need not be. */
  allowsName(host: string): boolean;
  /** A sentence, or undefined when it may be dialled. `isNamed`: its host is listed by name. */
  whyForbidden(address: string, isNamed: boolean): string | undefined;
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
/** Metadata services, addresses that are not one host, and IPv6 forms that hide an IPv4 address (::1 is in ::/96). */
const NEVER = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::/96',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  'fd00:ec2::/32',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
];
const NEVER_NAMES = ['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data'];

/** Reads `loopback`, `private`, addresses, CIDR blocks, host names and `*.domain`; throws for anything else. */
export function parseWorkerHosts(entries: readonly string[]): WorkerHosts {
  const never = blockListOf(NEVER);
  const loopback = blockListOf(LOOPBACK);
  const blocks: string[] = [];
  const names = new Set<string>();
  const domains: string[] = [];
  for (const entry of entries.map((text) => text.toLowerCase())) {
    if (entry === 'loopback') blocks.push(...LOOPBACK);
    else if (entry === 'private') blocks.push(...PRIVATE);
    else if (isBlock(entry)) blocks.push(entry);
    else if (/^\*\.[a-z0-9.-]+$/.test(entry)) domains.push(entry.slice(1));
    else if (isName(entry)) names.add(entry);
    else throw new Error(`"${entry}" is not loopback, private, an address, a CIDR block or a host name`);
  }
  const allowed = blockListOf(blocks);

  return {
    allowsName: (host) =>
      !NEVER_NAMES.includes(host) &&
      (names.has(host) || domains.some((domain) => host.endsWith(domain) && host.length > domain.length)),
    whyForbidden: (address, isNamed) => {
      if (address !== '::1' && contains(never, address))
        return `${address} is link-local, a metadata service or no single host.`;
      if (contains(allowed, address)) return undefined;
      if (isNamed && !contains(loopback, address)) return undefined;
      return `${address} is not among the hosts where workers may be (LOOM_WORKER_HOSTS).`;
    },
  };
}

function blockListOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

/** `::ffff:127.0.0.1` is in the block of 127.0.0.1; BlockList sees to it. */
function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function isBlock(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}

/** A last part of digits would make it an address that was mistyped. */
function isName(entry: string): boolean {
  return /^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?$/.test(entry) && !/(^|\.)\d+$/.test(entry);
}
