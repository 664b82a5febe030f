import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemMessage } from './problem-message.tsx';
import type { Action } from './use-action.ts';

export interface ReasonWords {
  readonly verb: string;
  readonly done: string;
  readonly past: string;
  readonly working: string;
}
export const resumeWords: ReasonWords = {
  verb: 'Resume',
  done: 'Resumed',
  past: 'resumed',
  working: 'Resuming…',
};

interface ReasonDialogProps {
  readonly words: ReasonWords;
  /** What is changed. */
  readonly name: string;
  readonly meaning: string;
  /** What becomes of the reason. */
  readonly description: string;
  readonly action: Pick<Action<never, unknown>, 'error' | 'working'>;
  readonly onSubmit: (given: { readonly reason?: string }) => void;
  readonly onClose: () => void;
}

/** Says what a change means, and takes a reason, which may be left out. */
export function ReasonDialog({
  words,
  name,
  meaning,
  description,
  action,
  onSubmit,
  onClose,
}: ReasonDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const submit = () => {
    const said = reason.trim();
    onSubmit(said === '' ? {} : { reason: said });
  };
  return (
    <Dialog title={`${words.verb} ${name}`} isOpen onClose={onClose}>
      <p>{meaning}</p>
      <Form id={formId} onSubmit={submit}>
        <TextArea
          label="Reason"
          isOptional
          description={description}
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
        <Button look="primary" type="submit" form={formId} working={action.working(words.working)}>
          {words.verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
