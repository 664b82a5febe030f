import { afterAll, describe } from 'vitest';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { describeWorkerDirectory } from '../../../test/contracts/worker-directory.contract.ts';
import { createRedisWorkerDirectory } from './redis-worker-directory.ts';

describe('on Redis', () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);
  describeWorkerDirectory(() => {
    let offsetMs = 0;
    const clockOffsetMs = () => offsetMs;
    return {
      directory: createRedisWorkerDirectory({ redis, namespace: newNamespace(), clockOffsetMs }),
      advance: (ms) => {
        offsetMs += ms;
      },
    };
  });
});
