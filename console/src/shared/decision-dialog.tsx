import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import type { StepView } from './contract.ts';
import { notify } from './notices.ts';
import { ProblemMessage } from './problem-message.tsx';
import { Decisions, ReviewBrief } from './review-brief.tsx';
import { decisionsOf, neededApprovals } from './review-decisions.ts';
import { useReviewerName } from './reviewer-name.ts';
import { type DecisionInput, decideStep, type Target } from './run-actions.ts';
import { stepsQuery } from './steps-query.ts';
import { useAction } from './use-action.ts';

interface DecisionDialogProps {
  readonly target: Target;
  readonly stepName: string;
  /** Only one of the two, where the person has chosen already. */
  readonly decision?: DecisionInput['decision'];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

type Decision = DecisionInput['decision'];

/** Approve or reject a review step: what it is about, who decides, and a comment. */
export function DecisionDialog({ target, stepName, decision, onClose, onDone }: DecisionDialogProps) {
  const [comment, setComment] = useState('');
  const { name, setName, remember } = useReviewerName();
  const [chosen, setChosen] = useState<Decision>();
  const [fault, setFault] = useState<object>();
  // Whether names are needed is known when the steps are; a server that does not tell has the last word.
  const { data: list, isPending: isLooking } = useQuery(stepsQuery(target, undefined));
  const step = list?.steps.find((one) => one.name === stepName);
  const decide = useAction(decideStep, (_, input) => {
    remember();
    notify(
      `${input.decision === 'approved' ? 'Approved' : 'Rejected'} ${stepName} of ${target.candidateId}.`,
    );
    onDone?.();
    onClose();
  });
  const nameError = chosen === undefined ? undefined : whyNotBy(name.trim(), chosen, step);
  const submit = (made: Decision) => {
    setChosen(made);
    const said = comment.trim();
    const by = name.trim();
    if (whyNotBy(by, made, step) !== undefined) {
      setFault({});
      return;
    }
    decide.run({
      ...target,
      stepName,
      decision: made,
      ...(said !== '' && { comment: said }),
      ...(by !== '' && { by }),
    });
  };
  const submitChosen = () => {
    if (decision !== undefined) submit(decision);
  };
  const workingOn = (made: Decision, word: string) => chosen === made && decide.working(word);
  const title = decision === undefined ? 'Decide on' : decision === 'approved' ? 'Approve' : 'Reject';
  const needsMore = step !== undefined && neededApprovals(step) > 1;
  return (
    <Dialog title={`${title} ${stepName} of ${target.candidateId}`} isOpen onClose={onClose}>
      <p>
        {decision === 'rejected' ? null : `${needsMore ? approvingWithOthers : approving} `}
        {decision === 'approved' ? null : rejecting}
      </p>
      {step === undefined ? null : (
        <>
          <ReviewBrief step={step} />
          <Decisions decisions={decisionsSoFar(step)} />
        </>
      )}
      <Form onSubmit={submitChosen} fault={fault}>
        <TextField
          label="Your name"
          isOptional={!needsMore}
          description="Kept with the decision and remembered in this browser."
          error={nameError}
          maxLength={100}
          spellCheck={false}
          value={name}
          onChange={setName}
        />
        <TextArea
          label="Comment"
          isOptional
          description="Kept with the decision."
          maxLength={2000}
          value={comment}
          onChange={setComment}
        />
      </Form>
      {decide.error === null ? null : (
        <ProblemMessage error={decide.error} lead="The decision was not taken" />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        {decision === 'approved' ? null : (
          <Button
            look="danger"
            isDisabled={isLooking || (decide.isWorking && chosen !== 'rejected')}
            onPress={() => submit('rejected')}
            working={workingOn('rejected', 'Rejecting…')}
          >
            Reject
          </Button>
        )}
        {decision === 'rejected' ? null : (
          <Button
            look="primary"
            isDisabled={isLooking || (decide.isWorking && chosen !== 'approved')}
            onPress={() => submit('approved')}
            working={workingOn('approved', 'Approving…')}
          >
            Approve
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

const approving = 'Approving lets the run go on with its next step.';
const approvingWithOthers = 'The run goes on when enough different people have approved.';
const rejecting = 'Rejecting fails the step with your comment; it can be retried, which asks again.';

/** What is wrong with who decides; one person approves once, and several are told apart by their names. */
function whyNotBy(by: string, made: Decision, step: StepView | undefined): string | undefined {
  if (made === 'rejected' || step === undefined) return undefined;
  if (neededApprovals(step) === 1) return undefined;
  if (by === '') return 'Say who you are, so that different people can be told apart.';
  const hasApproved = decisionsSoFar(step).some(({ actor }) => actor.id === by);
  return hasApproved ? `${by} has approved already; somebody else has to.` : undefined;
}

function decisionsSoFar({ attempts }: StepView) {
  const attempt = attempts.at(-1);
  return attempt === undefined || attempt.endedAt !== undefined ? [] : decisionsOf(attempt);
}
