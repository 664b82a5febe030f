import type { StoreComparison } from '../../application/ports/store-comparison.ts';
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

export function createComparison(client: StoreClient, { definition }: RedisKeys): StoreComparison {
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
