import { describe } from 'vitest';
import { describeAggregates } from '../../../test/contracts/aggregates.contract.ts';
import { describeCallbacks } from '../../../test/contracts/callbacks.contract.ts';
import { describeCandidates } from '../../../test/contracts/candidates.contract.ts';
import { describeDefinitions } from '../../../test/contracts/definitions.contract.ts';
import { describePaging } from '../../../test/contracts/paging.contract.ts';
import { describeProjections } from '../../../test/contracts/projections.contract.ts';
import { describeRuns } from '../../../test/contracts/runs.contract.ts';
import { openMemoryStore } from '../../../test/contracts/store-harness.ts';

describe('the migration store in memory', () => {
  const open = openMemoryStore;
  describeDefinitions(open);
  describeCandidates(open);
  describePaging(open);
  describeRuns(open);
  describeProjections(open);
  describeCallbacks(open);
  describeAggregates(open);
});
