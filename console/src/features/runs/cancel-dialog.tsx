import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Candidate, Migration } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { cancelRun, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { CheckboxField, TextArea } from '../../ui/field.tsx';
import styles from './cancel-dialog.module.css';
import { stepsQuery } from './run-queries.ts';
import { stepsToUndo } from './undo-preview.ts';

interface CancelDialogProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly migration: Migration;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks once, names what is cancelled, and shows what would be undone. */
export function CancelDialog({ target, candidate, migration, onClose, onDone }: CancelDialogProps) {
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const [compensate, setCompensate] = useState(false);
  const { data: list } = useQuery(stepsQuery(target, undefined));
  const undone = stepsToUndo(list?.steps ?? [], candidate, migration);
  const isUndoing = candidate.runState === 'compensating';
  const cancel = useAction(cancelRun, () => {
    notify(`Cancelling ${target.candidateId}.`);
    onDone();
    onClose();
  });
  const submit = () => {
    const said = reason.trim();
    setChecked(true);
    if (isUndoing && said === '') return;
    cancel.run({ ...target, compensate, ...(said !== '' && { reason: said }) });
  };
  const title = isUndoing
    ? `Abandon the undoing of ${target.candidateId}?`
    : `Cancel the run of ${target.candidateId}?`;
  return (
    <Dialog title={title} role="alertdialog" isOpen onClose={onClose}>
      <p>
        {isUndoing
          ? 'The run ends now. The steps that are not undone yet stay as they are, and the candidate goes back to not started.'
          : 'The run ends within moments and the candidate goes back to not started. Attempts stay readable, inputs are kept.'}
      </p>
      {isUndoing || undone.length === 0 ? null : (
        <>
          <CheckboxField
            label="Undo the finished steps first"
            description="The run stays open until all of these are undone, in this order:"
            isChecked={compensate}
            onChange={setCompensate}
          />
          <ol className={styles.undone} data-off={!compensate || undefined}>
            {undone.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ol>
        </>
      )}
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
      {cancel.error === null ? null : (
        <ProblemMessage error={cancel.error} lead="The run was not cancelled" />
      )}
      <DialogActions>
        <Button onPress={onClose}>Keep it running</Button>
        <Button look="danger" onPress={submit} working={cancel.isWorking && 'Cancelling…'}>
          {isUndoing ? 'Abandon the undoing' : compensate ? 'Undo and cancel' : 'Cancel the run'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
