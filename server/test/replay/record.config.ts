import { defineConfig, mergeConfig } from 'vitest/config';
import config from '../../../vitest.config.ts';

/** Runs `record.ts` alone, on the parts that tests have. */
const { test, ...rest } = config;
export default mergeConfig(
  defineConfig({ ...rest, test: { ...test, include: [] } }),
  defineConfig({ test: { include: ['server/test/replay/record.ts'] } }),
);
