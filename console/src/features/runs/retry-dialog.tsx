import { type FormEvent, useId } from 'react';
import type { Inputs, RequiredInput } from '../../shared/contract.ts';
import { changedInputs, effectiveInputs } from '../../shared/inputs-draft.ts';
import { InputsForm } from '../../shared/inputs-form.tsx';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { retryStep, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { useInputsDraft } from '../../shared/use-inputs-draft.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

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
  const formId = useId();
  const retry = useAction(retryStep, () => {
    notify(`Retrying ${stepName} of ${target.candidateId}.`);
    onDone();
    onClose();
  });
  const form = useInputsDraft(declared, stored, retry.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const inputs = form.read();
    if (inputs === undefined) return;
    const changed = changedInputs(effectiveInputs(declared, stored), inputs);
    retry.run({ ...target, stepName, ...(changed !== undefined && { inputs: changed }) });
  };
  return (
    <Dialog title={`Retry ${stepName} of ${target.candidateId}`} isOpen onClose={onClose}>
      <p>The step runs once more with these inputs; later steps use them too.</p>
      <form id={formId} onSubmit={submit} noValidate>
        <InputsForm
          declared={declared}
          draft={form.draft}
          onChange={form.change}
          errors={form.errors}
          fallback={stored}
        />
      </form>
      {retry.error === null ? null : (
        <ProblemMessage error={retry.error} lead="The step was not retried" shown={declared} />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={retry.isWorking && 'Retrying…'}>
          Retry
        </Button>
      </DialogActions>
    </Dialog>
  );
}
