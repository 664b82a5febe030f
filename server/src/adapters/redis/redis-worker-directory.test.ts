import { afterAll, describe, expect, test } from 'vitest';
import { openTestRedis } from '../../../test/contracts/test-redis.ts';
import { describeWorkerDirectory } from '../../../test/contracts/worker-directory.contract.ts';
import { describeWorkerDrains } from '../../../test/contracts/worker-drains.contract.ts';
import type { DirectoryLimits } from '../../application/ports/worker-directory.ts';
import { createManualClock } from '../memory/manual-clock.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { createRedisWorkerDirectory } from './redis-worker-directory.ts';

describe('on Redis', () => {
  const { redis, newNamespace, close } = openTestRedis();
  afterAll(close);
  const open = (limits?: DirectoryLimits) => {
    const clock = createManualClock();
    const options = { redis, namespace: newNamespace(), clock };
    return {
      directory: createRedisWorkerDirectory({
        ...options,
        ...(limits === undefined ? {} : { directoryLimits: limits }),
      }),
      events: createRedisEventLog(options),
      advance: clock.advance,
    };
  };
  describeWorkerDirectory(open);
  describeWorkerDrains(() => open());

  test('leases are by the time of Redis', async () => {
    const directory = createRedisWorkerDirectory({ redis, namespace: newNamespace() });
    const announcement = { workerApp: 'charts', instanceId: 'i-1', workerUrl: 'http://a', migrationId: 'm' };
    await directory.announce({ ...announcement, revision: 'rev-1' }, 3_600);
    const [seconds] = await redis.time();
    const [app] = await directory.list();
    expect(app?.instances).toMatchObject([{ state: 'starting' }]);
    const endsAt = Date.parse(app?.instances[0]?.leaseExpiresAt ?? '') / 1000;
    expect(Math.abs(endsAt - Number(seconds) - 3_600)).toBeLessThan(60);
  });
});
