import { z } from 'zod';

const seconds = z.number().int().min(0).max(86_400);

const common = {
  /** `*` or nothing means any. */
  method: z.string().optional(),
  // Path as the client asks for it, for the API without its prefix: "/repos/*/*/pulls". One star stands for one
  // segment, two for any number of them.
  path: z.string().startsWith('/').max(500),
  /** Strikes this often, then is spent. Without it the fault stays until it is removed. */
  count: z.number().int().positive().optional(),
  /** Lets this many matching requests pass first. */
  skip: z.number().int().nonnegative().optional(),
  /** Strikes a share of the matching requests, from a sequence that the seed fixes. */
  probability: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
};

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('secondary-limit'),
    status: z.union([z.literal(403), z.literal(429)]).optional(),
    retryAfterS: seconds.optional(),
  }),
  z.strictObject({ ...common, kind: z.literal('primary-limit'), resetAfterS: seconds.optional() }),
  z.strictObject({
    ...common,
    kind: z.literal('bad-gateway'),
    /** `after`: the request does its work, and only its answer is lost. */
    when: z.enum(['before', 'after']),
  }),
  z.strictObject({ ...common, kind: z.literal('slow'), delayMs: z.number().int().min(0).max(600_000) }),
  z.strictObject({ ...common, kind: z.literal('drop'), when: z.enum(['before', 'after']) }),
]);

/** A trouble for requests of one method and path. */
export type Fault = z.infer<typeof faultSchema>;

export interface PlantedFault {
  readonly id: number;
  readonly fault: Fault;
  /** How often it has struck. */
  readonly hits: number;
}

export interface FaultPlan {
  add(fault: Fault): PlantedFault;
  list(): readonly PlantedFault[];
  remove(id: number): boolean;
  clear(): void;
  /** The faults that strike this request, in the order in which they were added. */
  strike(method: string, path: string): readonly Fault[];
}

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  readonly pattern: RegExp;
  readonly random: () => number;
  skipsLeft: number;
  hits: number;
}

export function createFaultPlan(): FaultPlan {
  const entries: Entry[] = [];
  let lastId = 0;
  const present = ({ id, fault, hits }: Entry): PlantedFault => ({ id, fault, hits });
  return {
    add(fault) {
      lastId += 1;
      const entry = {
        id: lastId,
        fault,
        pattern: toPattern(fault.path),
        random: seededRandom(fault.seed ?? 1),
        skipsLeft: fault.skip ?? 0,
        hits: 0,
      };
      entries.push(entry);
      return present(entry);
    },
    list: () => entries.map(present),
    remove(id) {
      const index = entries.findIndex((entry) => entry.id === id);
      if (index >= 0) entries.splice(index, 1);
      return index >= 0;
    },
    clear() {
      entries.length = 0;
    },
    strike: (method, path) =>
      entries.filter((entry) => strikes(entry, method, path)).map((entry) => entry.fault),
  };
}

function strikes(entry: Entry, method: string, path: string): boolean {
  const { fault } = entry;
  const isAnyMethod = fault.method === undefined || fault.method === '*';
  if (!isAnyMethod && fault.method?.toUpperCase() !== method) return false;
  if (!entry.pattern.test(path)) return false;
  if (fault.count !== undefined && entry.hits >= fault.count) return false;
  if (fault.probability !== undefined && entry.random() >= fault.probability) return false;
  if (entry.skipsLeft > 0) {
    entry.skipsLeft -= 1;
    return false;
  }
  entry.hits += 1;
  return true;
}

function toPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) => {
      if (part === '**') return '.*';
      return part === '*' ? '[^/]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}

/** mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
