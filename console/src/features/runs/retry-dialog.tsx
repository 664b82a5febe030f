import type { Inputs, RequiredInput } from '../../shared/contract.ts';
import { InputsDialog } from '../../shared/inputs-dialog.tsx';
import { changedInputs, effectiveInputs } from '../../shared/inputs-draft.ts';
import { notify } from '../../shared/notices.ts';
import { retryStep, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';

interface RetryDialogProps {
  readonly target: Target;
  readonly stepName: string;
  readonly declared: readonly RequiredInput[];
  readonly stored: Inputs;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Tries a failed step again, with other inputs where that helps. */
export function RetryDialog({ target, stepName, declared, stored, onClose, onDone }: RetryDialogProps) {
  const retry = useAction(retryStep, () => {
    notify(`Retrying ${stepName} of ${target.candidateId}.`);
    onDone();
    onClose();
  });
  const send = (inputs: Inputs) => {
    const changed = changedInputs(effectiveInputs(declared, stored), inputs);
    retry.run({ ...target, stepName, ...(changed !== undefined && { inputs: changed }) });
  };
  return (
    <InputsDialog
      title={`Retry ${stepName} of ${target.candidateId}`}
      declared={declared}
      stored={stored}
      action={retry}
      verb="Retry"
      working="Retrying…"
      refused="The step was not retried"
      onSend={send}
      onClose={onClose}
    >
      The step runs once more with these inputs; later steps use them too.
    </InputsDialog>
  );
}
