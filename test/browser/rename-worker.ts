/** A worker whose steps change files, can be undone, need two people and can fail: for what the browser tests do to runs. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineMigration, defineStep, review, runWorker, StepFailure, succeeded } from '@loom/worker-sdk';
import { z } from 'zod';

const registry = process.env['REGISTRY_DIR'] ?? '';
const SERVICES = ['billing', 'catalog', 'checkout', 'ledger', 'search', 'stock', 'wallet'] as const;
/** Taken before anything runs, so that the step of this service fails. */
const TAKEN = 'catalog';
/** Cannot be given back. */
const KEPT = 'wallet';

const entry = (kind: string, id: string) => join(registry, `${kind}-${encodeURIComponent(id)}`);
const config = z.object({});

const reserve = defineStep({
  type: 'reserve',
  config,
  run: async ({ candidate }) => {
    await writeFile(entry('reserved', candidate.id), candidate.id);
    return succeeded({
      message: `Reserved acme-${candidate.id}.`,
      outputs: { name: `acme-${candidate.id}` },
    });
  },
  compensate: async ({ candidate }) => {
    if (candidate.id === KEPT) {
      throw new StepFailure(`The registry does not give acme-${candidate.id} back.`, { retryable: false });
    }
    await rm(entry('reserved', candidate.id), { force: true });
    return succeeded({ message: `Gave acme-${candidate.id} back.` });
  },
});

const tell = defineStep({
  type: 'tell',
  config,
  run: async ({ candidate }) => {
    await writeFile(entry('told', candidate.id), candidate.id);
    return succeeded({ message: `Told the owners of ${candidate.id}.` });
  },
});

const publish = defineStep({
  type: 'publish',
  config,
  run: async ({ candidate }) => {
    if ((await readdir(registry)).includes(`taken-${candidate.id}`)) {
      throw new StepFailure(`The name acme-${candidate.id} is taken by another team.`, {
        failureClass: 'invalid',
      });
    }
    await writeFile(entry('published', candidate.id), candidate.id);
    return succeeded({
      message: `Published as acme-${candidate.id}.`,
      outputs: { url: `https://registry.test/acme-${candidate.id}` },
    });
  },
  compensate: async ({ candidate }) => {
    await rm(entry('published', candidate.id), { force: true });
    return succeeded({ message: `Took acme-${candidate.id} off the registry.` });
  },
});

const instructions = `Look at **the name** before it is published:

- it starts with \`acme-\`
- no other team uses it
- the owners have been told`;

await mkdir(registry, { recursive: true });
await writeFile(entry('taken', TAKEN), '');
await runWorker({
  workerApp: 'rename',
  version: '0.1.0',
  migrations: [
    defineMigration({
      id: 'rename',
      name: 'Rename services',
      description: 'Publishes each service under the name of the company.',
      owner: 'platform',
      inputs: z.object({}),
      labelKeys: ['team'],
      steps: [
        { name: 'reserve', use: reserve, config: {}, description: 'Reserves the new name.' },
        { name: 'tell', use: tell, config: {}, description: 'Tells the owners by mail.' },
        review({
          name: 'check',
          description: 'Two people look at the name.',
          approvals: 2,
          instructions,
          links: [
            { label: 'Rules for names', url: 'https://docs.test/names' },
            { label: 'Registry', url: 'https://registry.test/' },
          ],
          remindAfterMs: 7_200_000,
          escalateAfterMs: 172_800_000,
        }),
        {
          name: 'publish',
          use: publish,
          config: {},
          description: 'Publishes under the new name.',
          timeoutMs: 600_000,
          retry: { maxAttempts: 3 },
        },
      ],
      discover: async function* () {
        for (const id of SERVICES) yield { id, kind: 'service', labels: { team: 'payments' } };
      },
    }),
  ],
});
