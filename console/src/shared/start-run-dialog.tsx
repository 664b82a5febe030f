import type { Inputs, RequiredInput } from './contract.ts';
import { InputsDialog } from './inputs-dialog.tsx';
import { notify } from './notices.ts';
import { startRun, type Target } from './run-actions.ts';
import { useAction } from './use-action.ts';

interface StartRunDialogProps {
  readonly target: Target;
  readonly migrationName: string;
  readonly declared: readonly RequiredInput[];
  readonly stored: Inputs;
  readonly stepCount: number;
  readonly onClose: () => void;
  readonly onStarted?: () => void;
}

/** Starts one run, with the inputs that the migration asks for. */
export function StartRunDialog(props: StartRunDialogProps) {
  const { target, migrationName, declared, stored, stepCount, onClose, onStarted } = props;
  const start = useAction(startRun, () => {
    notify(`Started ${target.candidateId}.`);
    onClose();
    onStarted?.();
  });
  return (
    <InputsDialog
      title={`Start ${target.candidateId}`}
      declared={declared}
      stored={stored}
      action={start}
      verb="Start"
      working="Starting…"
      refused="The run was not started"
      onSend={(inputs) => start.run({ ...target, inputs })}
      onClose={onClose}
    >
      Runs {stepCount === 1 ? 'its one step' : `all ${stepCount} steps`} of <strong>{migrationName}</strong>{' '}
      with these inputs.
    </InputsDialog>
  );
}
