import { describe } from 'vitest';
import { describeWorkerDirectory } from '../../../test/contracts/worker-directory.contract.ts';
import { describeWorkerDrains } from '../../../test/contracts/worker-drains.contract.ts';
import type { DirectoryLimits } from '../../application/ports/worker-directory.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryEventLog } from './memory-event-log.ts';
import { createMemoryState } from './memory-state.ts';
import { createMemoryWorkerDirectory } from './memory-worker-directory.ts';

describe('in memory', () => {
  const open = (limits?: DirectoryLimits) => {
    const clock = createManualClock();
    const state = createMemoryState();
    return {
      directory: createMemoryWorkerDirectory({ clock, state, ...(limits === undefined ? {} : { limits }) }),
      events: createMemoryEventLog({ state }),
      advance: clock.advance,
    };
  };
  describeWorkerDirectory(open);
  describeWorkerDrains(() => open());
});
