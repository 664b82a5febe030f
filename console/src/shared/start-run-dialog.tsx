import { type FormEvent, useId } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import type { Inputs, RequiredInput } from './contract.ts';
import { InputsForm } from './inputs-form.tsx';
import { notify } from './notices.ts';
import { ProblemMessage } from './problem-message.tsx';
import { startRun, type Target } from './run-actions.ts';
import { useAction } from './use-action.ts';
import { useInputsDraft } from './use-inputs-draft.ts';

interface StartRunDialogProps {
  readonly target: Target;
  readonly declared: readonly RequiredInput[];
  readonly stored: Inputs;
  readonly stepCount: number;
  readonly onClose: () => void;
  readonly onStarted?: () => void;
}

/** Starts one run, with the inputs that the migration asks for. */
export function StartRunDialog({
  target,
  declared,
  stored,
  stepCount,
  onClose,
  onStarted,
}: StartRunDialogProps) {
  const formId = useId();
  const start = useAction(startRun, () => {
    notify(`Started ${target.candidateId}.`);
    onClose();
    onStarted?.();
  });
  const form = useInputsDraft(declared, stored, start.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const inputs = form.read();
    if (inputs !== undefined) start.run({ ...target, inputs });
  };
  return (
    <Dialog title={`Start ${target.candidateId}`} isOpen onClose={onClose}>
      <p>
        Runs {stepCount === 1 ? 'its one step' : `all ${stepCount} steps`} of{' '}
        <strong>{target.migrationId}</strong> with these inputs.
      </p>
      <form id={formId} onSubmit={submit} noValidate>
        <InputsForm
          declared={declared}
          draft={form.draft}
          onChange={form.change}
          errors={form.errors}
          fallback={stored}
        />
      </form>
      {start.error === null ? null : (
        <ProblemMessage error={start.error} lead="The run was not started" shown={declared} />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={start.isWorking && 'Starting…'}>
          Start
        </Button>
      </DialogActions>
    </Dialog>
  );
}
