import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  /** Microseconds of the monotonic clock, which is `process.hrtime`'s too. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** From `process.hrtime`, in microseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const nowMicroseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

/** Whose code a frame is, by where it lies; the first that fits. */
const OWNERS: readonly (readonly [owner: string, pattern: RegExp])[] = [
  ['workflow sandbox (bundle)', /workflow-bundle|runInContext|evalmachine/],
  ['Temporal SDK', /node_modules\/(@temporalio|protobufjs|@protobufjs|long|nexus-rpc)\//],
  ['gRPC', /node_modules\/@grpc\//],
  ['Redis client', /node_modules\/(ioredis|@ioredis|redis-parser|denque|standard-as-callback)\//],
  ['HTTP client', /node_modules\/undici\//],
  ['HTTP server and contract', /node_modules\//],
  ['Loom', /\/server\/(dist|src)\//],
  ['Node', /^node:/],
];

/** Share of the busy time that each owner's own frames had in the window, of all profiles of a process. */
export function busyTimeByOwner(dir: string, window: Window): ReadonlyMap<string, number> {
  const owned = new Map<string, number>();
  for (const file of readdirSync(dir).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(readFileSync(join(dir, file), 'utf8')) as CpuProfile;
    const ownerOf = new Map(profile.nodes.map(({ id, callFrame }) => [id, owner(callFrame)]));
    let at = profile.startTime;
    for (const [index, sample] of profile.samples.entries()) {
      const delta = profile.timeDeltas[index] ?? 0;
      at += delta;
      const name = ownerOf.get(sample);
      if (name === undefined || at < window.from || at > window.to) continue;
      owned.set(name, (owned.get(name) ?? 0) + delta);
    }
  }
  const total = [...owned.values()].reduce((sum, one) => sum + one, 0);
  const shares = [...owned].map(([name, time]) => [name, time / total] as const);
  return new Map(shares.sort(([, one], [, other]) => other - one));
}

function owner({ url, functionName }: CpuProfile['nodes'][number]['callFrame']): string | undefined {
  if (functionName === '(idle)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native code';
  return OWNERS.find(([, pattern]) => pattern.test(url))?.[0] ?? 'other';
}
