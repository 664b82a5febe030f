import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { CancelPreview, Candidate } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemError } from '../../shared/problem.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { cancelRun, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { CheckboxField, TextArea } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { formatCount, formatDuration } from '../../ui/format.ts';
import { Loading } from '../../ui/loading.tsx';
import styles from './cancel-dialog.module.css';
import { cancelPreviewQuery } from './cancel-preview-query.ts';
import { EffectList } from './effect-list.tsx';

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
  const { data: whole } = useQuery(cancelPreviewQuery(target, true));
  const preview = useQuery(cancelPreviewQuery(target, compensate));
  const isUndoing = useUndoingAtFirst(candidate);
  const undoable = whole?.undone.length ?? 0;
  const cancel = useAction(cancelRun, () => {
    notify(`${isUndoing ? 'Abandoning the undoing of' : 'Cancelling'} ${target.candidateId}.`);
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
      <p>{isUndoing ? abandoning : compensate ? undoing : cancelling}</p>
      {isUndoing || undoable === 0 ? null : (
        <CheckboxField
          label="Undo what was done"
          description={`${formatCount(undoable, 'step')} can be undone by ${undoable === 1 ? 'its worker' : 'their workers'}.`}
          isChecked={compensate}
          onChange={setCompensate}
        />
      )}
      <div aria-live="polite" aria-busy={preview.isPlaceholderData}>
        <Preview preview={preview.data} error={preview.error} then={compensate ? 'begins to undo' : 'ends'} />
      </div>
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

interface PreviewProps {
  readonly preview: CancelPreview | undefined;
  readonly error: Error | null;
  /** What the run does when the worker has stopped. */
  readonly then: string;
}

function Preview({ preview, error, then }: PreviewProps) {
  if (preview === undefined && error === null) return <Loading what="what would be undone" lines={2} />;
  return (
    <>
      {preview?.stopped === undefined ? null : (
        <p className={styles.stopped}>
          The worker is told to stop <strong>{preview.stopped}</strong>
          {preview.withinSeconds === undefined
            ? null
            : `; the run ${then} within ${formatDuration(preview.withinSeconds * 1_000)} at most`}
          .
        </p>
      )}
      {preview === undefined ? null : <EffectList undone={preview.undone} remaining={preview.remaining} />}
      {/* What was read before stays, unless the server says that it is no longer so. */}
      {error instanceof ProblemError || (error !== null && preview === undefined) ? (
        <ProblemMessage error={error} lead="What would be undone is not known" />
      ) : null}
    </>
  );
}
