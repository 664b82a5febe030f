import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { StoreUnavailable } from '../../application/ports/migration-store.ts';
import { gatherWrites } from './gather-writes.ts';

export type Argument = string | number | Buffer;
export type Reply = string | number | null | readonly Reply[];

/** One atomic move, written in Lua. */
export interface Script {
  readonly name: string;
  readonly source: string;
  readonly sha: string;
}

/** Redis as the adapters use it: text replies, scripts by hash, and `StoreUnavailable` for what cannot be answered. */
export interface StoreClient {
  command(name: string, ...args: readonly Argument[]): Promise<Reply>;
  /** Commands in one round trip, not one transaction. */
  pipeline(commands: readonly (readonly [string, ...Argument[]])[]): Promise<readonly Reply[]>;
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply>;
}

export function defineScript(name: string, ...parts: readonly string[]): Script {
  const source = parts.join('\n');
  return { name, source, sha: createHash('sha1').update(source).digest('hex') };
}

export function createStoreClient(redis: Redis): StoreClient {
  const send = <Value>(call: () => Promise<Value>): Promise<Value> => {
    gatherWrites(redis);
    return answer(call);
  };
  return {
    command: (name, ...args) => send(async () => (await redis.call(name, ...args)) as Reply),
    pipeline: (commands) =>
      send(async () => {
        const replies = await redis
          .pipeline(commands.map(([name, ...args]) => [name.toLowerCase(), ...args]))
          .exec();
        if (replies === null) throw new Error('The pipeline was given up.');
        return replies.map(([error, reply]) => {
          if (error !== null) throw error;
          return reply as Reply;
        });
      }),
    run: (script, keys, args) =>
      send(async () => {
        try {
          return (await redis.evalsha(script.sha, keys.length, ...keys, ...args)) as Reply;
        } catch (error) {
          // The first call after a start of Redis.
          if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
          return (await redis.eval(script.source, keys.length, ...keys, ...args)) as Reply;
        }
      }),
  };
}

/** Error replies that say "not now"; any other is a defect of ours and stays what it is. */
const NOT_NOW =
  /\b(LOADING|READONLY|MISCONF|OOM|BUSY|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM)\b/;

/** Runs calls of the client, so that their failures become `StoreUnavailable`. */
export async function answer<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    if (error instanceof Error && error.name === 'ReplyError' && !NOT_NOW.test(error.message)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailable(`Redis cannot answer now: ${why}`, { cause: error });
  }
}

export function textOf(reply: Reply | undefined): string | undefined {
  return reply === null || reply === undefined ? undefined : String(reply);
}

export function listOf(reply: Reply | undefined): readonly Reply[] {
  if (!Array.isArray(reply)) throw new Error(`Redis answered ${JSON.stringify(reply)} instead of a list.`);
  return reply;
}

/** Like `listOf` for a list of texts. */
export function textsOf(reply: Reply | undefined): readonly string[] {
  return listOf(reply).map((item) => textOf(item) ?? '');
}

/** Fields of a hash as HGETALL answers them: name, value, name, value. */
export function fieldsOf(reply: Reply | undefined): ReadonlyMap<string, string> {
  const flat = textsOf(reply);
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2)
    fields.set(flat[index] as string, flat[index + 1] as string);
  return fields;
}
