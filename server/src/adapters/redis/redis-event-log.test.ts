import { describe } from 'vitest';
import { describeEventLog } from '../../../test/contracts/event-log.contract.ts';
import { useRedisStores } from '../../../test/contracts/store-harness.ts';

describe('on Redis', () => describeEventLog(useRedisStores()));
