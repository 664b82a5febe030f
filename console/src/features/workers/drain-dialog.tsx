import type { Instance, WorkerApp } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { ReasonDialog, type ReasonWords, resumeWords } from '../../shared/reason-dialog.tsx';
import { useAction } from '../../shared/use-action.ts';
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
  const { workerApp } = app;
  const { instanceId } = instance;
  const isDrain = change === 'drain';
  const words = isDrain ? drainWords : resumeWords;
  const action = useAction(changeDrain, () => {
    notify(`${words.done} ${instanceId}.`);
    onClose();
  });
  return (
    <ReasonDialog
      words={words}
      name={instanceId}
      meaning={isDrain ? drainMeaning(app, instance) : resumeMeaning(app)}
      description={isDrain ? 'Shown wherever the drain is shown, and kept with it.' : 'Kept in the activity.'}
      action={action}
      onSubmit={(given) => action.run({ workerApp, instanceId, change, ...given })}
      onClose={onClose}
    />
  );
}

const drainWords: ReasonWords = { verb: 'Drain', done: 'Draining', past: 'drained', working: 'Draining…' };

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
