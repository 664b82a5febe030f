import { describe } from 'vitest';
import { describeAggregates } from '../../../test/contracts/aggregates.contract.ts';
import { describeCallbacks } from '../../../test/contracts/callbacks.contract.ts';
import { describeCandidates } from '../../../test/contracts/candidates.contract.ts';
import { describeDefinitions } from '../../../test/contracts/definitions.contract.ts';
import { describePaging } from '../../../test/contracts/paging.contract.ts';
import { describeProjections } from '../../../test/contracts/projections.contract.ts';
import { describeRuns } from '../../../test/contracts/runs.contract.ts';
import { useRedisStores } from '../../../test/contracts/store-harness.ts';

describe('the migration store on Redis', () => {
  const open = useRedisStores();
  describeDefinitions(open);
  describeCandidates(open);
  describePaging(open);
  describeRuns(open);
  describeProjections(open);
  describeCallbacks(open);
  describeAggregates(open);
});
