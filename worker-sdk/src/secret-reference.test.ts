import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { deriveRequiredInputs } from './required-inputs.ts';
import { readSecret, secretReference } from './secret-reference.ts';
import { openScratchFolder } from './testing.ts';

const scratch = await openScratchFolder();
afterAll(() => scratch.close());

it('is announced as an input of type secret, without a pattern', () => {
  const { requiredInputs, mistakes } = deriveRequiredInputs(z.object({ token: secretReference() }));
  expect(mistakes).toEqual([]);
  expect(requiredInputs).toEqual([{ name: 'token', type: 'secret', required: true }]);
});

it('takes a name, and no secret', () => {
  expect(secretReference().safeParse('secret:deploy-token').success).toBe(true);
  for (const wrong of ['ghp_abcdef', 'env:PATH', 'secret:', 'secret:a/../b', 'secret:a b'])
    expect(secretReference().safeParse(wrong).success).toBe(false);
});

it('is looked up in variables of its own, or in the file that one names', () => {
  const path = join(scratch.path, 'token');
  writeFileSync(path, 'from a file\n');
  const env = { WORKER_SECRET_DEPLOY_TOKEN: 's3cret', WORKER_SECRET_OTHER_FILE: path, PATH: '/bin' };
  expect(readSecret('secret:deploy-token', env)).toBe('s3cret');
  expect(readSecret('secret:other', env)).toBe('from a file');
  expect(() => readSecret('secret:path', env)).toThrow(
    'This worker has no secret "secret:path"; set WORKER_SECRET_PATH or WORKER_SECRET_PATH_FILE.',
  );
  expect(() => readSecret('env:PATH', env)).toThrow('This worker has no secret');
  expect(() => readSecret('secret:gone', { WORKER_SECRET_GONE_FILE: `${path}-gone` })).toThrow();
});
