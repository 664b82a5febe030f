import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { isTemporalReady } from './check-temporal.ts';
import { findDocker } from './docker.ts';
import { findRedis } from './find-redis.ts';
import { findTemporal } from './find-temporal.ts';
import type { Log } from './log.ts';
import { MissingPartError } from './missing-part-error.ts';
import { isRedisVersionFit, pingRedis } from './ping-redis.ts';
import { startRedis } from './start-redis.ts';
import { startTemporal } from './start-temporal.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a Redis for the whole run. Keep apart by a key prefix of your own; never flush it. */
    redisUrl: string;
    /** `host:port` of a Temporal for the whole run, namespace `default`. Keep apart by task queue and workflow ids. */
    temporalAddress: string;
  }
}

/** Makes runs continue as new within a test: the real limit is thousands of events. */
const testDynamicConfig = { 'limit.historyCount.suggestContinueAsNew': 60 } as const;

interface Part {
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Vitest's globalSetup: one Redis and one Temporal for the whole run, from LOOM_TEST_REDIS_URL and
 * LOOM_TEST_TEMPORAL_ADDRESS, else from programs of this machine, else from containers; LOOM_TEST_PARTS=containers
 * takes containers only. Without them the run fails and says what is missing.
 */
export async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const log: Log = (message) => process.stderr.write(`test parts: ${message}\n`);
  const [redis, temporal] = await Promise.allSettled([redisPart(log), temporalPart(log)]);
  const stop = async () => {
    const parts = [redis, temporal].flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
    await Promise.all(parts.map((part) => part.stop()));
  };
  if (redis.status === 'rejected' || temporal.status === 'rejected') {
    await stop();
    const reasons = [redis, temporal].flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
    throw new Error(
      `These tests need real parts.\n${reasons.map((reason: Error) => reason.message).join('\n')}`,
    );
  }
  project.provide('redisUrl', redis.value.address);
  project.provide('temporalAddress', temporal.value.address);
  return stop;
}

const wantsContainers = () => process.env['LOOM_TEST_PARTS'] === 'containers';

async function redisPart(log: Log): Promise<Part> {
  const given = process.env['LOOM_TEST_REDIS_URL'];
  if (given) {
    const { version } = await pingRedis(given, 3_000).catch((error: Error) => {
      throw new Error(`LOOM_TEST_REDIS_URL names a Redis that does not answer: ${error.message}`);
    });
    if (isRedisVersionFit(version)) return { address: given, stop: async () => {} };
    throw new Error(`LOOM_TEST_REDIS_URL names a Redis ${version}; Loom needs 7 or later.`);
  }
  if (wantsContainers()) return (await containers(log)).startRedisContainer();
  // LOOM_REDIS_URL is somebody's Redis for work, not for tests.
  const env = { ...process.env, LOOM_REDIS_URL: undefined };
  const redis = await startRedis({ source: await findRedis({ log, env }) });
  return { address: redis.url, stop: () => redis.stop() };
}

async function temporalPart(log: Log): Promise<Part> {
  const given = process.env['LOOM_TEST_TEMPORAL_ADDRESS'];
  if (given) {
    if (await isTemporalReady(given, ['default']).catch(() => false))
      return { address: given, stop: async () => {} };
    throw new Error(
      `LOOM_TEST_TEMPORAL_ADDRESS=${given}: no healthy Temporal with namespace "default" answers there.`,
    );
  }
  if (wantsContainers()) return (await containers(log)).startTemporalContainer(testDynamicConfig);
  const binary = await findTemporal({ log, mayBuild: false }).catch((error: Error) => error);
  // A container is had sooner than a build.
  if (binary instanceof Error && (await findDocker(process.env)).ok) {
    return (await containers(log)).startTemporalContainer(testDynamicConfig);
  }
  const temporal = await startTemporal({
    binary: binary instanceof Error ? await findTemporal({ log }) : binary,
    dynamicConfig: testDynamicConfig,
  });
  return { address: temporal.address, stop: () => temporal.kill() };
}

async function containers(log: Log) {
  const docker = await findDocker(process.env);
  if (!docker.ok) {
    throw new MissingPartError('Docker', [docker.reason], ['start Docker', 'unset LOOM_TEST_PARTS']);
  }
  log('starting containers');
  return import('./container-parts.ts');
}
