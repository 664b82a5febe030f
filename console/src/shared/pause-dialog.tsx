import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { notify } from './notices.ts';
import { changePause, type PauseChange, type PauseScope, pauseMeaning, scopeName } from './pauses.ts';
import { ProblemMessage } from './problem-message.tsx';
import { useAction } from './use-action.ts';

interface PauseDialogProps {
  readonly scope: PauseScope;
  readonly change: PauseChange;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Says what goes on and what is held, and takes a reason. */
export function PauseDialog({ scope, change, onClose, onDone }: PauseDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const name = scopeName(scope);
  const words = change === 'pause' ? pauseWords : resumeWords;
  const action = useAction(changePause, () => {
    const isOnlyAskedFor = scope.kind === 'run' && change === 'pause';
    notify(isOnlyAskedFor ? `${name} is held before its next dispatch.` : `${words.done} ${name}.`);
    onDone?.();
    onClose();
  });
  const submit = () => {
    const said = reason.trim();
    action.run({ scope, change, ...(said !== '' && { reason: said }) });
  };
  return (
    <Dialog title={`${words.verb} ${name}`} isOpen onClose={onClose}>
      <p>{pauseMeaning(scope, change)}</p>
      <Form id={formId} onSubmit={submit}>
        <TextArea
          label="Reason"
          isOptional
          description={
            change === 'pause'
              ? 'Shown wherever the pause is shown, and kept with it.'
              : 'Kept in the activity.'
          }
          maxLength={2000}
          value={reason}
          onChange={setReason}
        />
      </Form>
      {action.error === null ? null : (
        <ProblemMessage error={action.error} lead={`${name} was not ${words.past}`} />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={action.isWorking && words.working}>
          {words.verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const pauseWords = { verb: 'Pause', done: 'Paused', past: 'paused', working: 'Pausing…' } as const;
const resumeWords = { verb: 'Resume', done: 'Resumed', past: 'resumed', working: 'Resuming…' } as const;
