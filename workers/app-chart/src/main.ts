import { runWorker } from '@loom/worker-sdk';
import { createForgeClient, waitsFor, webhookReceiver } from '@loom/worker-sdk/git';
import { appChartMigration } from './app-chart-migration.ts';
import { readConfig } from './config.ts';

const version = '0.1.0';
const { forge: forgeConfig, webhookSecret, ...settings } = readConfig(process.env);
const { gitUrl, ...forgeOptions } = forgeConfig;
const forge = createForgeClient({
  ...forgeOptions,
  ...(gitUrl === undefined ? {} : { gitUrl }),
  userAgent: `loom-app-chart/${version}`,
});

await runWorker({
  workerApp: 'app-chart',
  version,
  migrations: [appChartMigration(forge, settings)],
  routes(router, worker) {
    if (webhookSecret === undefined) return;
    router.use(
      '/webhooks/forge',
      webhookReceiver({
        secret: webhookSecret,
        desk: worker.webhooks,
        onPullRequest: (event) => worker.wake(({ state }) => waitsFor(state, event), event.received),
      }),
    );
  },
});
