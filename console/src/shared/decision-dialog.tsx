import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { notify } from './notices.ts';
import { ProblemMessage } from './problem-message.tsx';
import { type DecisionInput, decideStep, type Target } from './run-actions.ts';
import { useAction } from './use-action.ts';

interface DecisionDialogProps {
  readonly target: Target;
  readonly stepName: string;
  /** Only one of the two, where the person has chosen already. */
  readonly decision?: DecisionInput['decision'];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Approve or reject a review step, with a comment. */
export function DecisionDialog({ target, stepName, decision, onClose, onDone }: DecisionDialogProps) {
  const [comment, setComment] = useState('');
  const [chosen, setChosen] = useState<DecisionInput['decision']>();
  const decide = useAction(decideStep, (_, input) => {
    notify(
      `${input.decision === 'approved' ? 'Approved' : 'Rejected'} ${stepName} of ${target.candidateId}.`,
    );
    onDone?.();
    onClose();
  });
  const submit = (made: DecisionInput['decision']) => {
    setChosen(made);
    const said = comment.trim();
    decide.run({ ...target, stepName, decision: made, ...(said !== '' && { comment: said }) });
  };
  const isWorkingOn = (made: DecisionInput['decision']) => decide.isWorking && chosen === made;
  const title = decision === undefined ? 'Decide on' : decision === 'approved' ? 'Approve' : 'Reject';
  return (
    <Dialog title={`${title} ${stepName} of ${target.candidateId}`} isOpen onClose={onClose}>
      <p>
        {decision === 'rejected' ? null : 'Approving lets the run go on with its next step. '}
        {decision === 'approved'
          ? null
          : 'Rejecting fails the step with your comment; it can be retried, which asks again.'}
      </p>
      <TextArea
        label="Comment"
        isOptional
        description="Kept with the decision."
        maxLength={2000}
        value={comment}
        onChange={setComment}
      />
      {decide.error === null ? null : (
        <ProblemMessage error={decide.error} lead="The decision was not taken" />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        {decision === 'approved' ? null : (
          <Button
            look="danger"
            isDisabled={decide.isWorking && chosen !== 'rejected'}
            onPress={() => submit('rejected')}
            working={isWorkingOn('rejected') && 'Rejecting…'}
          >
            Reject
          </Button>
        )}
        {decision === 'rejected' ? null : (
          <Button
            look="primary"
            isDisabled={decide.isWorking && chosen !== 'approved'}
            onPress={() => submit('approved')}
            working={isWorkingOn('approved') && 'Approving…'}
          >
            Approve
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
