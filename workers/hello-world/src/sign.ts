import { defineStep, StepFailure, succeeded } from '@loom/worker-sdk';
import { z } from 'zod';

const greetOutputs = z.object({ greeting: z.string() });

/** Puts a name under the greeting of the step `greet`; undone by taking it away. */
export const sign = defineStep({
  type: 'sign',
  config: z.object({ name: z.string().min(1) }),
  run: async ({ config, outputs }) => {
    const greeted = greetOutputs.safeParse(outputs['greet']);
    if (!greeted.success) {
      throw new StepFailure('There is no greeting to sign; run the step greet first.', {
        failureClass: 'invalid',
      });
    }
    const letter = `${greeted.data.greeting}\n${config.name}`;
    return succeeded({ message: `Signed by ${config.name}.`, outputs: { letter } });
  },
  compensate: async ({ config }) => succeeded({ message: `Took away the signature of ${config.name}.` }),
});
