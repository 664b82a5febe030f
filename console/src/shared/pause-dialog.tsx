import { notify } from './notices.ts';
import { changePause, type PauseChange, type PauseScope, pauseMeaning, scopeName } from './pauses.ts';
import { ReasonDialog, type ReasonWords, resumeWords } from './reason-dialog.tsx';
import { useAction } from './use-action.ts';

interface PauseDialogProps {
  readonly scope: PauseScope;
  readonly change: PauseChange;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Says what goes on and what is held, and takes a reason. */
export function PauseDialog({ scope, change, onClose, onDone }: PauseDialogProps) {
  const name = scopeName(scope);
  const isPause = change === 'pause';
  const words = isPause ? pauseWords : resumeWords;
  const action = useAction(changePause, () => {
    const isOnlyAskedFor = scope.kind === 'run' && isPause;
    notify(isOnlyAskedFor ? `${name} is held before its next dispatch.` : `${words.done} ${name}.`);
    onDone?.();
    onClose();
  });
  return (
    <ReasonDialog
      words={words}
      name={name}
      meaning={pauseMeaning(scope, change)}
      description={isPause ? 'Shown wherever the pause is shown, and kept with it.' : 'Kept in the activity.'}
      action={action}
      onSubmit={(given) => action.run({ scope, change, ...given })}
      onClose={onClose}
    />
  );
}

const pauseWords: ReasonWords = { verb: 'Pause', done: 'Paused', past: 'paused', working: 'Pausing…' };
