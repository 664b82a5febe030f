import type { Delivery } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { replayDelivery } from './delivery-queries.ts';
import { subjectOf } from './delivery-words.ts';

interface ReplayDialogProps {
  readonly delivery: Delivery;
  readonly onClose: () => void;
}

const results = {
  accepted: 'It was accepted.',
  duplicate: 'It was known already, so nothing changed.',
  redelivered: 'The engine dispatches it again.',
} as const;

/** Asks once and names what happens once more. */
export function ReplayDialog({ delivery, onClose }: ReplayDialogProps) {
  const subject = subjectOf(delivery);
  const replay = useAction(replayDelivery, ({ result }) => {
    notify(`Replayed: ${subject}. ${results[result]}`);
    onClose();
  });
  return (
    <Dialog title="Replay this delivery?" role="alertdialog" isOpen onClose={onClose}>
      <p>
        <strong>{subject}</strong>{' '}
        {delivery.operation === 'callback'
          ? 'is taken as if it came now, by the same rules: what the run knows already changes nothing.'
          : 'goes to the worker again under the same key, so that nothing is done twice.'}
      </p>
      {replay.error === null ? null : <ProblemMessage error={replay.error} lead="It was not replayed" />}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" onPress={() => replay.run(delivery.id)} working={replay.working('Replaying…')}>
          Replay it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
