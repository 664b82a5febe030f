import { Client, Connection } from '@temporalio/client';
import { LOOM_CANDIDATE, LOOM_MIGRATION } from './temporal-run-engine.ts';

export interface TemporalConnection {
  readonly client: Client;
  /** Asked once it can be; the answer is kept. */
  readonly hasSearchAttributes: () => Promise<boolean>;
  /** Throws when Temporal does not answer within 2 s. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const CHECK_MS = 2_000;

/** Connects when first used, so that the API starts and serves reads while Temporal is away. */
export function connectTemporal(options: {
  readonly address: string;
  readonly namespace: string;
}): TemporalConnection {
  const connection = Connection.lazy({ address: options.address });
  const client = new Client({ connection, namespace: options.namespace });
  let registered: boolean | undefined;
  return {
    client,
    async hasSearchAttributes() {
      if (registered !== undefined) return registered;
      try {
        const { customAttributes } = await connection.withDeadline(Date.now() + CHECK_MS, () =>
          connection.operatorService.listSearchAttributes({ namespace: options.namespace }),
        );
        registered = [LOOM_MIGRATION, LOOM_CANDIDATE].every(
          ({ name }) => customAttributes?.[name] !== undefined,
        );
        return registered;
      } catch {
        return false;
      }
    },
    async check() {
      await connection.withDeadline(Date.now() + CHECK_MS, () =>
        connection.workflowService.describeNamespace({ namespace: options.namespace }),
      );
    },
    close: () => connection.close(),
  };
}
