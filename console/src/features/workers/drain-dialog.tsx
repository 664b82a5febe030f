import { useId, useState } from 'react';
import type { Instance, WorkerApp } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { formatCount } from '../../ui/format.ts';
import { isLive } from './instance-look.ts';
import { changeDrain } from './workers-query.ts';

interface DrainDialogProps {
  readonly app: WorkerApp;
  readonly instance: Instance;
  readonly change: 'drain' | 'resume';
  readonly onClose: () => void;
}

/** Says what becomes of what it has and of what it would have been given, and takes a reason. */
export function DrainDialog({ app, instance, change, onClose }: DrainDialogProps) {
  const formId = useId();
  const [reason, setReason] = useState('');
  const { workerApp } = app;
  const { instanceId } = instance;
  const words = change === 'drain' ? drainWords : resumeWords;
  const action = useAction(changeDrain, () => {
    notify(`${words.done} ${instanceId}.`);
    onClose();
  });
  const submit = () => {
    const said = reason.trim();
    action.run({ workerApp, instanceId, change, ...(said !== '' && { reason: said }) });
  };
  return (
    <Dialog title={`${words.verb} ${instanceId}`} isOpen onClose={onClose}>
      <p>{change === 'drain' ? drainMeaning(app, instance) : resumeMeaning(app)}</p>
      <Form id={formId} onSubmit={submit}>
        <TextArea
          label="Reason"
          isOptional
          description={
            change === 'drain'
              ? 'Shown wherever the drain is shown, and kept with it.'
              : 'Kept in the activity.'
          }
          maxLength={2000}
          value={reason}
          onChange={setReason}
        />
      </Form>
      {action.error === null ? null : (
        <ProblemMessage error={action.error} lead={`${instanceId} was not ${words.past}`} />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={action.isWorking && words.working}>
          {words.verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const drainWords = { verb: 'Drain', done: 'Draining', past: 'drained', working: 'Draining…' } as const;
const resumeWords = { verb: 'Resume', done: 'Resumed', past: 'resumed', working: 'Resuming…' } as const;

function drainMeaning({ workerApp, instances }: WorkerApp, { instanceId, busy }: Instance): string {
  const has =
    busy === 0 ? 'It has nothing in flight' : `It finishes the ${formatCount(busy, 'step')} that it has`;
  const others = instances.filter((one) => one.instanceId !== instanceId && isLive(one)).length;
  const rest =
    others === 0
      ? `No other instance of ${workerApp} lives: runs that come to one of its steps wait until this one is resumed or another starts.`
      : `${formatCount(others, 'other instance')} of ${workerApp} ${others === 1 ? 'takes' : 'take'} what comes.`;
  return `${has} and is given nothing new. ${rest}`;
}

function resumeMeaning({ parked }: WorkerApp): string {
  const waiting =
    parked === 0
      ? ''
      : ` ${formatCount(parked, 'run')} that ${parked === 1 ? 'waits' : 'wait'} go on, some at a time.`;
  return `It is given steps again.${waiting}`;
}
