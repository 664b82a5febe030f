import { findMisfits, type InputPatterns } from '../domain/input-patterns.ts';
import {
  checkInputs,
  findUndeclared,
  type Inputs,
  type InputsPatch,
  layerInputs,
  patchInputs,
  type RequiredInput,
} from '../domain/inputs.ts';
import { type Outcome, refuse, succeed } from '../domain/problem.ts';
import type { MigrationStore } from './ports/migration-store.ts';
import type { RunRef } from './ports/refs.ts';

export interface PatchInputsDeps {
  readonly store: Pick<MigrationStore, 'getRun' | 'getManifest'>;
  readonly patterns: InputPatterns;
}

/** The inputs of an open run with a change, by what was declared when it was started, and their version before it. */
export async function patchRunInputs(
  { store, patterns }: PatchInputsDeps,
  run: RunRef,
  patch: InputsPatch,
): Promise<Outcome<{ readonly inputs: Inputs; readonly version: number | undefined }>> {
  const [stored, manifest] = await Promise.all([store.getRun(run), store.getManifest(run)]);
  const declared = manifest?.requiredInputs ?? [];
  const patched = patchDeclared(declared, stored?.inputs ?? {}, patch, { patterns });
  return patched.ok ? succeed({ inputs: patched.value, version: stored?.inputsVersion }) : patched;
}

/** `isPartial`: what is missing now may be given at the start, which gives what is removed its default too. */
export function patchDeclared(
  declared: readonly RequiredInput[],
  inputs: Inputs,
  patch: InputsPatch,
  { patterns, isPartial = false }: { readonly patterns: InputPatterns; readonly isPartial?: boolean },
): Outcome<Inputs> {
  const undeclared = findUndeclared(declared, patch);
  if (undeclared.length > 0)
    return refuse('undeclared-input', 'Some inputs are not declared; nothing was changed.', {
      errors: undeclared,
    });
  const patched = patchInputs(inputs, patch);
  const checked = checkInputs(declared, isPartial ? patched : layerInputs(declared, patched), isPartial);
  const misfits = findMisfits(declared, patch, patterns);
  if (checked.ok && misfits.length === 0) return succeed(checked.inputs);
  const isMissing = !checked.ok && checked.problem === 'missing-input';
  return refuse(
    isMissing ? 'missing-input' : 'invalid-input',
    'The inputs do not fit; nothing was changed.',
    {
      errors: [...(checked.ok ? [] : checked.errors), ...(isMissing ? [] : misfits)],
    },
  );
}
