import { describe } from 'vitest';
import { describeWorkerDirectory } from '../../../test/contracts/worker-directory.contract.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryWorkerDirectory } from './memory-worker-directory.ts';

describe('in memory', () =>
  describeWorkerDirectory(() => {
    const clock = createManualClock();
    return { directory: createMemoryWorkerDirectory({ clock }), advance: clock.advance };
  }));
