import type { z } from 'zod';
import { BASIC_SETTINGS } from './settings/basic-settings.ts';
import { CONNECTION_SETTINGS } from './settings/connection-settings.ts';
import { ENGINE_SETTINGS } from './settings/engine-settings.ts';
import { HTTP_SETTINGS } from './settings/http-settings.ts';
import { RETRY_SETTINGS } from './settings/retry-settings.ts';
import type { SettingNotes } from './settings/setting.ts';
import { WORKER_SETTINGS } from './settings/worker-settings.ts';

/** Every setting of the server. Defaults are those of the decisions page; times and limits carry their unit in the name. */
export const SETTINGS = {
  ...BASIC_SETTINGS,
  ...CONNECTION_SETTINGS,
  ...WORKER_SETTINGS,
  ...HTTP_SETTINGS,
  ...ENGINE_SETTINGS,
  ...RETRY_SETTINGS,
} as const satisfies Record<`LOOM_${string}`, { schema: z.ZodType; notes: SettingNotes }>;
