/** A worker whose effects are in bare repositories: two pull requests for each, each of which adds a line. */
import { defineMigration, runWorker } from '@loom/worker-sdk';
import { createForgeClient, pullRequestStep } from '@loom/worker-sdk/git';
import { z } from 'zod';

const repositories = (process.env['REPOSITORIES'] ?? '').split(' ');

const change = pullRequestStep({
  type: 'change',
  forge: createForgeClient({
    apiUrl: process.env['FORGE_API_URL'] ?? '',
    token: process.env['FORGE_TOKEN'] ?? '',
    userAgent: 'loom-test',
    throttle: { kind: 'none' },
    retryAfterMs: 50,
  }),
  repository: ({ candidate }) => candidate.id,
  // What is done twice shows twice.
  edit: async (workspace, { stepName }) => {
    await workspace.write('lines.txt', `${await workspace.read('lines.txt')}${stepName}\n`);
    return {};
  },
  title: ({ stepName }) => `Add ${stepName}`,
  body: () => 'As announced.',
  pollEveryMs: 300,
});

await runWorker({
  workerApp: 'changing',
  migrations: [
    defineMigration({
      id: 'changing',
      name: 'Changing',
      description: 'Adds lines by pull requests.',
      owner: 'tests',
      inputs: z.object({}),
      labelKeys: [],
      steps: ['first', 'second'].map((name) => ({ name, use: change, config: {} })),
      discover: () => Promise.resolve(repositories.map((id) => ({ id, kind: 'repository', labels: {} }))),
    }),
  ],
});
