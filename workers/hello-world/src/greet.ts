import { defineStep, succeeded } from '@loom/worker-sdk';
import { z } from 'zod';

/** Greets the candidate by its id. */
export const greet = defineStep({
  type: 'greet',
  // It only computes, so its result goes into the answer of the dispatch.
  inline: true,
  config: z.object({ mark: z.enum(['!', '.', '?']) }),
  inputs: z.object({ greeting: z.string() }),
  run: async ({ candidate, config, inputs, log }) => {
    const greeting = `${inputs.greeting}, ${candidate.id}${config.mark}`;
    log.info({ greeting }, 'greeted');
    return succeeded({ message: greeting, outputs: { greeting } });
  },
});
