import type { DeadLetter } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { dropDeadLetter } from './dead-letter-queries.ts';
import { attemptOf, kindWords, subjectOf, titleOf } from './dead-letter-words.ts';

interface DropDialogProps {
  readonly letter: DeadLetter;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Asks once and names what is forgotten. */
export function DropDialog({ letter, onClose, onDone }: DropDialogProps) {
  const subject = subjectOf(letter);
  const drop = useAction(dropDeadLetter, () => {
    notify(`Dropped ${subject}.`);
    onDone();
  });
  return (
    <Dialog
      title={`Drop the ${kindWords(letter.kind).name.toLowerCase()}?`}
      role="alertdialog"
      isOpen
      onClose={onClose}
    >
      <p>
        <strong>{titleOf(letter)}</strong> is forgotten with its body and cannot be requeued.
        {attemptOf(letter) === undefined ? null : ' The run stays as it is.'}
      </p>
      {drop.error === null ? null : <ProblemMessage error={drop.error} lead="It was not dropped" />}
      <DialogActions>
        <Button onPress={onClose}>Keep it</Button>
        <Button look="danger" onPress={() => drop.run(letter.id)} working={drop.working('Dropping…')}>
          Drop it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
