import { defineMigration, review } from '@loom/worker-sdk';
import { z } from 'zod';
import { greet } from './greet.ts';
import { sign } from './sign.ts';

const names = [
  { id: 'ada', team: 'analysis' },
  { id: 'alan', team: 'analysis' },
  { id: 'barbara', team: 'languages' },
  { id: 'edsger', team: 'languages' },
  { id: 'grace', team: 'languages' },
  { id: 'margaret', team: 'flight' },
] as const;

/** Greets people, lets a person read the greeting, and signs it. Touches nothing outside: the newcomer's migration. */
export const helloWorld = defineMigration({
  id: 'hello-world',
  name: 'Hello, world',
  description: 'Greets each name, waits until a person has read the greeting, and signs it.',
  owner: 'platform',
  overview: 'The smallest migration that has everything: an input, a review and a step that can be undone.',
  inputs: z.object({
    greeting: z.string().min(1).default('Hello').meta({ title: 'Greeting', description: 'The first word.' }),
  }),
  labelKeys: ['team'],
  steps: [
    { name: 'greet', use: greet, config: { mark: '!' }, description: 'Says hello.' },
    review({ name: 'check', description: 'Read the greeting.' }),
    { name: 'sign', use: sign, config: { name: 'Loom' }, description: 'Signs the greeting.' },
  ],
  discover: async function* () {
    for (const { id, team } of names) yield { id, kind: 'name', labels: { team } };
  },
});
