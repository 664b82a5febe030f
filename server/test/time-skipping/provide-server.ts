import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { findTimeSkippingServer } from '../../../dev/stack/src/find-time-skipping-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a server that skips time. */
    timeSkippingServer: string;
  }
}

/** Vitest's globalSetup: without the server the run fails and says what to install. */
export async function setup(project: Pick<TestProject, 'provide'>): Promise<void> {
  const log = (message: string) => process.stderr.write(`test parts: ${message}\n`);
  project.provide('timeSkippingServer', await findTimeSkippingServer({ log }));
}
