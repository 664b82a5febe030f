import { describe } from 'vitest';
import { describeEventLog } from '../../../test/contracts/event-log.contract.ts';
import { openMemoryStore } from '../../../test/contracts/store-harness.ts';

describe('in memory', () => describeEventLog(openMemoryStore));
