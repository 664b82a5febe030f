import type { MigrationStore } from '../../application/ports/migration-store.ts';
import type { RedisKeys } from './keys.ts';
import {
  awaitCandidateScript,
  beginComparisonScript,
  dropComparisonScript,
  endComparisonScript,
  isComparedScript,
  repeatComparisonScript,
} from './scripts/comparison.lua.ts';
import { type StoreClient, textOf } from './store-client.ts';

type Comparison = Pick<
  MigrationStore,
  | 'isCompared'
  | 'beginComparison'
  | 'endComparison'
  | 'repeatComparison'
  | 'dropComparison'
  | 'awaitCandidate'
>;

export function createComparison(client: StoreClient, { definition }: RedisKeys): Comparison {
  return {
    isCompared: async (id) => (await client.run(isComparedScript, [definition(id)], [])) === 1,
    beginComparison: async (id) => textOf(await client.run(beginComparisonScript, [definition(id)], [])),
    async endComparison(id, token) {
      await client.run(endComparisonScript, [definition(id)], [token]);
    },
    repeatComparison: async (id, token) =>
      Number(await client.run(repeatComparisonScript, [definition(id)], [token])),
    async dropComparison(id) {
      await client.run(dropComparisonScript, [definition(id)], []);
    },
    async awaitCandidate({ migrationId, candidateId }) {
      await client.run(awaitCandidateScript, [definition(migrationId)], [candidateId]);
    },
  };
}
