import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { StepFailure } from './step-failure.ts';

/** Says in a JSON Schema that an input is a reference to a secret. */
export const SECRET_FORMAT = 'loom-secret';

const reference = /^secret:([A-Za-z0-9._-]{1,100})$/;

/**
 * An input that names a secret, such as `secret:deploy-token`: people choose which one, the worker looks it up, and the
 * secret itself never reaches Loom.
 */
export function secretReference() {
  return z
    .string()
    .regex(reference, 'must name a secret, such as secret:deploy-token')
    .meta({ format: SECRET_FORMAT });
}

/**
 * Looks up what a {@link secretReference} names: `secret:deploy-token` is the variable `WORKER_SECRET_DEPLOY_TOKEN`, or
 * the file that `WORKER_SECRET_DEPLOY_TOKEN_FILE` names. Nothing else of the environment can be reached by it.
 *
 * @throws {@link StepFailure} of class `invalid` when there is none.
 */
export function readSecret(
  named: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const name = reference.exec(named)?.[1];
  const variable = `WORKER_SECRET_${(name ?? '').toUpperCase().replace(/[^A-Z0-9]/gu, '_')}`;
  const file = env[`${variable}_FILE`];
  const value = name === undefined ? undefined : (env[variable] ?? readFile(file));
  if (value === undefined || value === '') {
    throw new StepFailure(`This worker has no secret "${named}"; set ${variable} or ${variable}_FILE.`, {
      failureClass: 'invalid',
    });
  }
  return value;
}

function readFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
