import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { createForge, type ForgeOptions } from './create-forge.ts';

const config = readConfig(process.env);
const logger = pino({ level: config.logLevel, base: { app: 'forge' } });
const forge = await createForge({
  root: config.root,
  host: config.host,
  port: config.port,
  tokens: [{ token: config.token ?? keptToken(config.root), login: 'loom' }],
  logger,
  ...optional('webhookSecret', config.webhookSecret),
  ...optional('publicUrl', config.publicUrl),
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    forge.close().catch((error: unknown) => {
      logger.error({ err: error }, 'forge did not close cleanly');
      process.exitCode = 1;
    });
  });
}

/** The same token after every restart, readable by the one who started the forge. */
function keptToken(root: string): string {
  const path = join(root, 'token');
  if (!existsSync(path)) {
    mkdirSync(root, { recursive: true });
    writeFileSync(path, `forge_${randomBytes(20).toString('hex')}`, { mode: 0o600 });
  }
  logger.info({ path }, 'FORGE_TOKEN is not set: the token is in this file');
  return readFileSync(path, 'utf8').trim();
}

function optional<K extends keyof ForgeOptions>(
  key: K,
  value: ForgeOptions[K] | undefined,
): Pick<ForgeOptions, K> | object {
  return value === undefined ? {} : { [key]: value };
}
