import { useId, useState } from 'react';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { rollBack, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { formatCount } from '../../ui/format.ts';
import { EffectList } from './effect-list.tsx';
import type { Effects } from './use-effects.ts';

interface RollBackDialogProps {
  readonly target: Target;
  readonly effects: Effects;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks once, names what is undone, in order, and what stays. */
export function RollBackDialog({ target, effects, onClose, onDone }: RollBackDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const action = useAction(rollBack, () => {
    notify(`Rolling back ${target.candidateId}.`);
    onDone();
    onClose();
  });
  const submit = () => {
    const said = reason.trim();
    action.run({ ...target, ...(said !== '' && { reason: said }) });
  };
  return (
    <Dialog title={`Roll back ${target.candidateId}?`} role="alertdialog" isOpen onClose={onClose}>
      <p>
        A new run undoes what the last one left behind; then the candidate goes back to not started. An undo
        that fails waits for you, like a step.
      </p>
      <EffectList {...effects} />
      <Form id={formId} onSubmit={submit}>
        <TextArea
          label="Reason"
          isOptional
          description="Kept with the run."
          maxLength={2000}
          value={reason}
          onChange={setReason}
        />
      </Form>
      {action.error === null ? null : (
        <ProblemMessage error={action.error} lead="The roll back was not started" />
      )}
      <DialogActions>
        <Button onPress={onClose}>Leave it as it is</Button>
        <Button
          look="danger"
          type="submit"
          form={formId}
          isDisabled={effects.undone.length === 0}
          working={action.working('Rolling back…')}
        >
          {effects.undone.length === 0 ? 'Undo' : `Undo ${formatCount(effects.undone.length, 'step')}`}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
