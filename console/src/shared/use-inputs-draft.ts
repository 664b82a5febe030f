import { useState } from 'react';
import type { Inputs, RequiredInput } from './contract.ts';
import { type Draft, draftOf, inputsOf } from './inputs-draft.ts';
import { inputNameOf, problemText } from './problem.ts';

export interface InputsDraft {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  /** Per input: what is wrong with it, as far as was checked here or said by the server. */
  readonly errors: Readonly<Record<string, string>>;
  /** The inputs, or nothing while a field is wrong; the fields then say so. */
  readonly read: () => Inputs | undefined;
}

/** The state of an inputs form. `refusal` is the server's last answer, whose field errors are shown at their fields. */
export function useInputsDraft(
  declared: readonly RequiredInput[],
  stored: Inputs,
  refusal: Error | null,
): InputsDraft {
  const [draft, setDraft] = useState(() => draftOf(declared, stored));
  const [isChecked, setChecked] = useState(false);
  const result = inputsOf(declared, draft);
  const errors: Record<string, string> = {};
  if (refusal !== null) {
    for (const { path, message } of problemText(refusal).fields) errors[inputNameOf(path) ?? path] = message;
  }
  if (isChecked && !result.ok) Object.assign(errors, result.errors);
  const read = () => {
    setChecked(true);
    return result.ok ? result.inputs : undefined;
  };
  return { draft, change: setDraft, errors, read };
}
