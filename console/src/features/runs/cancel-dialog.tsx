import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Candidate } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { cancelRun, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { CheckboxField, TextArea } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { formatCount } from '../../ui/format.ts';
import { cancelPreviewQuery } from './cancel-preview-query.ts';
import { CancelPreviewView, isRefused } from './cancel-preview-view.tsx';

interface CancelDialogProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks once, names what is cancelled, and shows what would be undone and what would stay. */
export function CancelDialog({ target, candidate, onClose, onDone }: CancelDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const [compensate, setCompensate] = useState(false);
  // What could be undone decides whether there is something to choose.
  const { data: whole, error: wholeError } = useQuery(cancelPreviewQuery(target, true));
  const preview = useQuery(cancelPreviewQuery(target, compensate));
  const isUndoing = useUndoingAtFirst(candidate);
  const undoable = whole?.undone.length ?? 0;
  const canUndo = undoable > 0 || (whole === undefined && wholeError !== null);
  const isKnown = preview.data !== undefined && !preview.isPlaceholderData && !isRefused(preview.error);
  const [isBlind, setBlind] = useState(false);
  const cancel = useAction(cancelRun, () => {
    notify(`${isUndoing ? 'Abandoning the undoing of' : 'Cancelling'} ${target.candidateId}.`);
    onDone();
    onClose();
  });
  const submit = () => {
    const said = reason.trim();
    setChecked(true);
    if ((isUndoing && said === '') || !(isKnown || isBlind)) return;
    cancel.run({ ...target, compensate, ...(said !== '' && { reason: said }) });
  };
  const title = isUndoing
    ? `Abandon the undoing of ${target.candidateId}?`
    : `Cancel the run of ${target.candidateId}?`;
  return (
    <Dialog title={title} role="alertdialog" isOpen onClose={onClose}>
      <p>{isUndoing ? abandoning : compensate ? undoing : cancelling}</p>
      {isUndoing || !canUndo ? null : (
        <CheckboxField
          label="Undo what was done"
          description={whole === undefined ? undoUnknown : undoKnown(undoable)}
          isChecked={compensate}
          onChange={setCompensate}
        />
      )}
      <div aria-live="polite" aria-busy={preview.isPlaceholderData}>
        <CancelPreviewView query={preview} then={compensate ? 'begins to undo' : 'ends'} />
      </div>
      {isKnown || (preview.error === null && !isChecked) ? null : (
        <CheckboxField
          label={`${isUndoing ? 'Abandon the undoing' : compensate ? 'Undo and cancel' : 'Cancel the run'} all the same`}
          description={isUndoing ? blindly.abandoning : compensate ? blindly.undoing : blindly.cancelling}
          error={isChecked && !isBlind ? 'Choose this, or wait until it is known.' : undefined}
          isChecked={isBlind}
          onChange={setBlind}
        />
      )}
      <Form id={formId} onSubmit={submit}>
        <TextArea
          label="Reason"
          isOptional={!isUndoing}
          error={
            isUndoing && isChecked && reason.trim() === '' ? 'Say why what is left is not undone.' : undefined
          }
          description="Kept with the run."
          maxLength={2000}
          value={reason}
          onChange={setReason}
        />
      </Form>
      {cancel.error === null ? null : (
        <ProblemMessage error={cancel.error} lead="The run was not cancelled" />
      )}
      <DialogActions>
        <Button onPress={onClose}>{isUndoing ? 'Keep undoing' : 'Keep it running'}</Button>
        <Button look="danger" type="submit" form={formId} working={cancel.working('Cancelling…')}>
          {isUndoing ? 'Abandon the undoing' : compensate ? 'Undo and cancel' : 'Cancel the run'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const cancelling =
  'The run ends and the candidate goes back to not started. Attempts stay readable, inputs are kept.';
const undoing =
  'The run stays open until each step below is undone, then the candidate goes back to not started. An undo that fails waits for you, like a step.';
const abandoning =
  'The run ends now. The steps that are not undone yet stay as they are, and the candidate goes back to not started.';

/** A run that begins to undo while the dialog is open was not what the person was asked about. */
function useUndoingAtFirst({ runState }: Candidate): boolean {
  const [isUndoing] = useState(runState === 'compensating');
  return isUndoing;
}

/** Whoever has to cancel while this cannot be told chooses to do so. */
const blindly = {
  cancelling: 'What its steps have changed stays as it is, and cannot be listed now.',
  undoing: 'What can be undone is undone, and the rest stays; neither can be listed now.',
  abandoning: 'What is not undone yet stays as it is, and cannot be listed now.',
} as const;

const undoUnknown = 'Which steps can be undone is not known now.';
const undoKnown = (count: number) =>
  `${formatCount(count, 'step')} can be undone by ${count === 1 ? 'its worker' : 'their workers'}.`;
