import { describe } from 'vitest';
import { describeConcurrencyKeys } from '../../../test/contracts/concurrency-keys.contract.ts';
import { describeDeadLetterStore } from '../../../test/contracts/dead-letter-store.contract.ts';
import { describeDeliveryLog } from '../../../test/contracts/delivery-log.contract.ts';
import { describePauseStore } from '../../../test/contracts/pause-store.contract.ts';
import {
  describeDryRunStore,
  describeIdempotencyStore,
} from '../../../test/contracts/small-stores.contract.ts';
import { systemClock } from '../system/system.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryConcurrencyKeys } from './memory-concurrency-keys.ts';
import { createMemoryDeadLetterStore } from './memory-dead-letter-store.ts';
import { createMemoryDeliveryLog } from './memory-delivery-log.ts';
import { createMemoryDryRunStore } from './memory-dry-run-store.ts';
import { createMemoryEventLog } from './memory-event-log.ts';
import { createMemoryIdempotencyStore } from './memory-idempotency-store.ts';
import { createMemoryPauseStore } from './memory-pause-store.ts';
import { createMemoryState } from './memory-state.ts';

describe('in memory', () => {
  describeIdempotencyStore(createMemoryIdempotencyStore);
  describeDryRunStore(() => createMemoryDryRunStore({ clock: systemClock }));
  describeDeadLetterStore(createMemoryDeadLetterStore);
  describeDeliveryLog(createMemoryDeliveryLog);
  describePauseStore(() => {
    const events = createMemoryEventLog({ state: createMemoryState() });
    const clock = createManualClock();
    return { events, pauses: createMemoryPauseStore({ events, clock }), advance: clock.advance };
  });
  describeConcurrencyKeys(() => {
    const clock = createManualClock();
    return { keys: createMemoryConcurrencyKeys({ clock }), advance: clock.advance };
  });
});
