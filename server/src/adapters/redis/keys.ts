/**
 * Every key of Loom in Redis. All keys of one migration share the hash tag `{m:<id>}`, and all of one worker app
 * `{w:<app>}`, so that a script stays within one cluster slot; the tags are told apart by their first letter, since a
 * migration may be called `g`. Scripts take the first key and derive the others by the functions in `MIGRATION_KEYS_LUA`
 * and `WORKER_KEYS_LUA`, because they learn a candidate's ord only inside.
 */
export interface RedisKeys {
  /** HASH: definition, revision, owner, counters. Its existence with a `json` field makes a migration known. */
  definition(migrationId: string): string;
  /** STRING: steps, inputs and label keys of one revision. */
  revision(migrationId: string, revision: string): string;
  /** STRING: the searchable text of 1,000 rows. */
  textBlock(migrationId: string, block: number): string;
  /** HASH: a run. */
  run(migrationId: string, runId: string): string;
  manifest(migrationId: string, runId: string): string;
  /** ZSETs by name: what a run can be found by, NUL, and its id. */
  traces(migrationId: string): string;
  pullRequests(migrationId: string): string;
  attempts(migrationId: string, runId: string): string;
  /** HASH: version -> JSON. */
  runInputs(migrationId: string, runId: string): string;
  /** STREAM: events of a migration, and two indexes that hold nothing but ids of it. */
  events(migrationId: string): string;
  candidateEvents(migrationId: string, candidateId: string): string;
  runEvents(migrationId: string, runId: string): string;
  /** STREAM: deliveries of a migration or of none, another of what goes with each, and an index of a run's. */
  deliveries(migrationId: string | undefined): {
    readonly summaries: string;
    readonly messages: string;
    /** STRING: how long all messages are. */
    readonly bytes: string;
  };
  runDeliveries(migrationId: string, runId: string): string;
  /** ZSET by name: id of a delivery, its id in the stream, and its migration. */
  readonly deliveryIds: string;
  /** SET of migration ids that have deliveries. */
  readonly deliverySources: string;
  /** HASH: one per worker app; the scripts derive the others. */
  worker(workerApp: string): string;
  /** STREAM: events of a worker app that are written together with what they are about. */
  workerEvents(workerApp: string): string;
  /** SET of migration ids that were announced. */
  readonly migrations: string;
  /** SET of migration ids that have events. */
  readonly eventSources: string;
  /** STREAM: events of no migration. */
  readonly globalEvents: string;
  /** SET of worker apps. */
  readonly workerApps: string;
  readonly secret: string;
  /** HASH: what is paused; a SET of the runs that each scope holds, a ZSET of those that are released. */
  readonly pauses: string;
  held(scope: string): string;
  readonly released: string;
  /** ZSET of the ids of dead letters by the order in which they came; HASHes of them, of what filters them, of counters. */
  readonly deadLetters: Readonly<Record<'order' | 'letters' | 'facets' | 'counters', string>>;
  /** STRING: who requeues the dead letter just now. */
  deadLetterClaim(id: string): string;
  /** SET of the concurrency keys in use; of each, a HASH and the ZSET of those who wait. */
  readonly concurrencyKeys: string;
  /** SET of those that nobody has and some wait for. */
  readonly freeConcurrencyKeys: string;
  concurrencyKey(digest: string): { readonly hash: string; readonly queue: string };
  idempotency(key: string): string;
  dryRun(id: string): string;
  /** STRING that is gone when the process that makes the dry run is. */
  dryRunLease(id: string): string;
}

export function createKeys(namespace: string): RedisKeys {
  if (!/^[A-Za-z0-9._-]+$/.test(namespace))
    throw new Error(`The namespace "${namespace}" may only have letters, digits, ".", "_" and "-".`);
  const prefix = `loom:${namespace}:`;
  const migration = (id: string) => `${prefix}{m:${id}}`;
  const global = `${prefix}{g}`;
  return {
    definition: (id) => `${migration(id)}:def`,
    revision: (id, revision) => `${migration(id)}:rev:${revision}`,
    textBlock: (id, block) => `${migration(id)}:q:${block}`,
    run: (id, runId) => `${migration(id)}:run:${runId}`,
    traces: (id) => `${migration(id)}:traces`,
    pullRequests: (id) => `${migration(id)}:prs`,
    manifest: (id, runId) => `${migration(id)}:run:${runId}:manifest`,
    attempts: (id, runId) => `${migration(id)}:run:${runId}:a`,
    runInputs: (id, runId) => `${migration(id)}:run:${runId}:inputs`,
    events: (id) => `${migration(id)}:events`,
    candidateEvents: (id, candidateId) => `${migration(id)}:events-of:${candidateId}`,
    runEvents: (id, runId) => `${migration(id)}:run:${runId}:events`,
    deliveries: (id) => {
      const summaries = `${id === undefined ? global : migration(id)}:deliveries`;
      return { summaries, messages: `${summaries}:messages`, bytes: `${summaries}:bytes` };
    },
    runDeliveries: (id, runId) => `${migration(id)}:run:${runId}:deliveries`,
    deliveryIds: `${global}:delivery-ids`,
    deliverySources: `${global}:delivery-sources`,
    worker: (app) => `${prefix}{w:${app}}:app`,
    workerEvents: (app) => `${prefix}{w:${app}}:events`,
    migrations: `${global}:migrations`,
    eventSources: `${global}:event-sources`,
    globalEvents: `${global}:events`,
    workerApps: `${global}:worker-apps`,
    secret: `${global}:secret`,
    pauses: `${global}:pauses`,
    held: (scope) => `${global}:held:${scope}`,
    released: `${global}:released`,
    deadLetters: {
      order: `${global}:dead-letters`,
      letters: `${global}:dead-letters:by-id`,
      facets: `${global}:dead-letters:facets`,
      counters: `${global}:dead-letters:counters`,
    },
    deadLetterClaim: (id) => `${global}:dead-letters:claim:${id}`,
    concurrencyKeys: `${global}:concurrency-keys`,
    freeConcurrencyKeys: `${global}:concurrency-keys:free`,
    concurrencyKey: (digest) => ({
      hash: `${global}:ck:${digest}`,
      queue: `${global}:ck:${digest}:queue`,
    }),
    idempotency: (key) => `${prefix}idempotency:${key}`,
    dryRun: (id) => `${prefix}dry-run:${id}`,
    dryRunLease: (id) => `${prefix}dry-run:${id}:lease`,
  };
}

/** Facets of one candidate, each a bitmap over ords. */
export const facets = {
  status: (status: string) => `s:${status}`,
  runState: (state: string) => `r:${state}`,
  who: (who: string) => `w:${who}`,
  /** JSON strings as key and value: without control characters, and their quotes delimit. */
  label: (jsonKey: string, jsonValue: string) => `l:${jsonKey}=${jsonValue}`,
  /** Of candidates whose run waits for a person after a failure: of one fingerprint, and of any. */
  failure: (fingerprint: string) => `f:${fingerprint}`,
  failing: 'failing',
  gone: 'gone',
  seen: 'seen',
} as const;

/** Expects `KEYS[1]` to be the definition hash. Field-free: only names of keys. */
export const MIGRATION_KEYS_LUA = `
local DEF = KEYS[1]
local P = string.sub(DEF, 1, -5)
-- Candidate id -> ord and back, and the two orders of a list.
local IDS, NAMES, BY_ID, BY_SINCE = P .. ':ids', P .. ':names', P .. ':z:id', P .. ':z:since'
-- The ords in the order of BY_ID, three bytes each: to go through them costs a quarter of going through its members.
local ORDS_BY_ID = P .. ':ords-by-id'
-- The members of BY_ID that its stretches begin with.
local STRETCH_STARTS = P .. ':stretches'
local LABEL_KEYS, EVENTS = P .. ':lk', P .. ':events'
local TRACES, PULL_REQUESTS = P .. ':traces', P .. ':prs'
local function candidateKey(ord) return P .. ':c:' .. ord end
local function candidateEventsKey(candidateId) return P .. ':events-of:' .. candidateId end
local function runKey(runId) return P .. ':run:' .. runId end
local function facetKey(facet) return P .. ':b:' .. facet end
local function labelFacet(key, value) return 'l:' .. key .. '=' .. value end
local function labelValuesKey(key) return P .. ':lv:' .. key end
local function textBlockKey(block) return P .. ':q:' .. block end
local function discoveryKey(discoveryId) return P .. ':disc:' .. discoveryId end
local function revisionKey(revision) return P .. ':rev:' .. revision end
local REVISIONS, REVISIONS_ABOUT, SCRATCH = P .. ':revs', P .. ':revs:about', P .. ':tmp'
-- Counts over time, the fingerprints that occur, and of each what it is.
local BURN, FAILURES = P .. ':burn', P .. ':failures'
local function failureKey(fingerprint) return P .. ':f:' .. fingerprint end
-- Candidates that only the engine knows.
local AWAITED = P .. ':awaited'
-- Three bytes, the highest first: members of equal time sort by them, and they cost a quarter less than digits.
local packAs, byteOf = struct.pack, string.byte
local function packOrd(ord) return packAs('>I3', ord) end
local function unpackOrd(packed)
  local high, middle, low = byteOf(packed, -3, -1)
  return high * 65536 + middle * 256 + low
end
-- Members sort by id in bytes; the ord behind NUL, which no id has, saves a lookup.
local function idMember(id, ord) return id .. '\\0' .. packOrd(ord) end
`;

/**
 * Events of a worker app, and those of no migration, say how workers come and go. No run depends on them, and a worker
 * that restarts each hour for years is to leave no more than this.
 */
export const WORKER_EVENTS_KEPT = 10_000;

/** Expects `KEYS[1]` to be the worker app's hash. */
export const WORKER_KEYS_LUA = `
local APP = KEYS[1]
local W = string.sub(APP, 1, -5)
-- Taken to be woken, by when, until it is known that they were.
local WOKEN = W .. ':woken'
local INSTANCES, PARKED = W .. ':instances', W .. ':parked'
local ACCEPTED, HOLDERS = W .. ':accepted', W .. ':holders'
local function instanceKey(instanceId) return W .. ':i:' .. instanceId end
local function busyKey(instanceId) return W .. ':busy:' .. instanceId end
local function acceptedByKey(instanceId) return W .. ':acc:' .. instanceId end
local function notesKey(instanceId) return W .. ':notes:' .. instanceId end
local function dialNotesKey(url) return W .. ':dials:' .. url end
local EVENTS = W .. ':events'
local function logWorkerEvent(json)
  redis.call('XADD', EVENTS, 'MAXLEN', '~', ${WORKER_EVENTS_KEPT}, '*', 'e', json)
end
local function breakerKey(url) return W .. ':breaker:' .. url end
`;
