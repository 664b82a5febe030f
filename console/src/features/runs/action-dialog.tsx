import type { Candidate, Migration } from '../../shared/contract.ts';
import { DecisionDialog } from '../../shared/decision-dialog.tsx';
import { PauseDialog } from '../../shared/pause-dialog.tsx';
import type { Target } from '../../shared/run-actions.ts';
import { StartRunDialog } from '../../shared/start-run-dialog.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { RetryDialog } from './retry-dialog.tsx';
import { RollBackDialog } from './roll-back-dialog.tsx';
import { SkipDialog } from './skip-dialog.tsx';
import type { Effects } from './use-effects.ts';
import type { RunAction } from './valid-actions.ts';

interface ActionDialogProps {
  readonly action: RunAction;
  readonly target: Target;
  readonly candidate: Candidate;
  readonly migration: Migration;
  /** What a roll back would do. */
  readonly effects: Effects;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The dialog that an action opens; it stays with the step that it was opened for. */
export function ActionDialog(props: ActionDialogProps) {
  const { action, target, candidate, migration, effects, onClose, onDone } = props;
  const { step: stepName } = candidate;
  const ends = { target, onClose, onDone };
  switch (action) {
    case 'start':
      return (
        <StartRunDialog
          target={target}
          migrationName={migration.name}
          declared={migration.requiredInputs}
          stored={candidate.inputs}
          stepCount={candidate.stepCount}
          onClose={onClose}
          onStarted={onDone}
        />
      );
    case 'approve':
    case 'reject':
      return stepName === undefined ? null : (
        <DecisionDialog
          {...ends}
          stepName={stepName}
          decision={action === 'approve' ? 'approved' : 'rejected'}
        />
      );
    case 'retry':
      return stepName === undefined ? null : (
        <RetryDialog
          {...ends}
          stepName={stepName}
          declared={migration.requiredInputs}
          stored={candidate.inputs}
        />
      );
    case 'skip':
      return stepName === undefined ? null : (
        <SkipDialog {...ends} stepName={stepName} isUndo={candidate.runState === 'compensating'} />
      );
    case 'pause':
    case 'resume':
      return (
        <PauseDialog scope={{ kind: 'run', ...target }} change={action} onClose={onClose} onDone={onDone} />
      );
    case 'cancel':
    case 'abandon':
      return <CancelDialog {...ends} candidate={candidate} />;
    case 'roll-back':
      return <RollBackDialog {...ends} effects={effects} />;
    case 'preview':
      return null;
  }
}
