import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBranch } from './step-branch.ts';

const runId = '01932c07-a0e5-7b3c-8d4e-5f6a7b8c9d0e';

function branchOf(id: string, run = runId): string {
  const candidate = { id, kind: 'repository', labels: {}, metadata: {}, files: [] };
  return stepBranch({ migrationId: 'app-chart', candidate, stepName: 'dev-swap-chart', runId: run });
}

describe('the branch of a step', () => {
  it('is readable and the same for the same run and step', () => {
    expect(branchOf('Acme/Billing API')).toMatch(
      /^loom\/app-chart\/acme-billing-api-[0-9a-f]{8}\/dev-swap-chart\/5f6a7b8c9d0e$/,
    );
    expect(branchOf('x')).toBe(branchOf('x'));
  });

  it('is that of the run that is rolled back', () => {
    const candidate = { id: 'x', kind: 'repository', labels: {}, metadata: {}, files: [] };
    const step = { migrationId: 'app-chart', candidate, stepName: 'dev-swap-chart' };
    const rollback = '01932c07-a0e5-7b3c-8d4e-000000000000';
    expect(stepBranch({ ...step, runId: rollback, undoes: runId })).toBe(branchOf('x'));
  });

  it('differs for runs that started in the same second', () => {
    expect(branchOf('x', '01932c07-a0e5-7b3c-8d4e-5f6a7b8c9d0f')).not.toBe(branchOf('x'));
  });

  it('is a valid git branch of at most 255 characters for any candidate id, and differs for any two', () => {
    const id = fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme' });
    fc.assert(
      fc.property(id, id, (one, other) => {
        const branch = branchOf(one);
        expect(branch).toMatch(/^loom\/app-chart\/[a-z0-9]+(?:-+[a-z0-9]+)*\/dev-swap-chart\/[0-9a-f]{12}$/);
        expect(branch.length).toBeLessThanOrEqual(255);
        if (one !== other) expect(branchOf(other)).not.toBe(branch);
      }),
    );
  });
});
