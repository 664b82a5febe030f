import { useId, useState } from 'react';
import { notify } from '../../shared/notices.ts';
import { readOutputs } from '../../shared/outputs-draft.ts';
import { problemText } from '../../shared/problem.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { skipStep, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';

interface SkipDialogProps {
  readonly target: Target;
  readonly stepName: string;
  /** An undo is skipped, which gives no outputs and leaves what the step did. */
  readonly isUndo: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Goes on without a step, for a reason that is kept, with the outputs that later steps would miss. */
export function SkipDialog({ target, stepName, isUndo, onClose, onDone }: SkipDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const [outputs, setOutputs] = useState('');
  const [isChecked, setChecked] = useState(false);
  const skip = useAction(skipStep, () => {
    notify(`Skipped ${stepName} of ${target.candidateId}.`);
    onDone();
    onClose();
  });
  const said = reason.trim();
  const read = readOutputs(outputs);
  const refused = skip.error === null ? [] : problemText(skip.error).fields;
  const fault = (path: string) => refused.find((field) => field.path === path)?.message;
  const submit = () => {
    setChecked(true);
    if (said === '' || !read.ok) return;
    skip.run({
      ...target,
      stepName,
      reason: said,
      ...(read.outputs !== undefined && { outputs: read.outputs }),
    });
  };
  return (
    <Dialog title={`Skip ${stepName} of ${target.candidateId}`} isOpen onClose={onClose}>
      <p>
        {isUndo
          ? 'The roll back goes on without this undo. What the step did stays, and is listed as not undone.'
          : 'The run goes on with the next step. What was attempted stays readable, and the step is shown as skipped.'}
      </p>
      <Form id={formId} onSubmit={submit} fault={skip.error}>
        <TextArea
          label="Reason"
          description="Kept with the step."
          error={isChecked && said === '' ? 'Say why the step is skipped.' : fault('/reason')}
          maxLength={2000}
          value={reason}
          onChange={setReason}
        />
        {isUndo ? null : (
          <TextArea
            label="Outputs"
            isOptional
            isCode
            description="A JSON object that later steps receive as if the step had given it."
            error={isChecked && !read.ok ? read.error : fault('/outputs')}
            value={outputs}
            onChange={setOutputs}
          />
        )}
      </Form>
      {skip.error === null ? null : <ProblemMessage error={skip.error} lead="The step was not skipped" />}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={skip.working('Skipping…')}>
          Skip {stepName}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
