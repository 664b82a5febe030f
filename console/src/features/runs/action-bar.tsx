import { Link, useNavigate } from '@tanstack/react-router';
import { Suspense, useRef, useState } from 'react';
import type { Candidate, Migration } from '../../shared/contract.ts';
import { notify } from '../../shared/notices.ts';
import { usePaletteActions } from '../../shared/palette-actions.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { retryStep, startRun, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import styles from './action-bar.module.css';
import { actionLook, actionMeaning, actionWord } from './action-words.ts';
import { CurlMenu } from './curl-menu.tsx';
import type { Effects, EffectsRead } from './use-effects.ts';
import { useSent } from './use-sent.ts';
import { type RunAction, validActions } from './valid-actions.ts';

const ActionDialog = lazy(() =>
  import('./action-dialog.tsx').then((module) => ({ default: module.ActionDialog })),
);

interface ActionBarProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly migration: Migration;
  /** An older run is looked at; nothing can be done to it. */
  readonly isOlder: boolean;
  /** What the last run left behind, when it is over. */
  readonly left: EffectsRead;
}

/** An open dialog, with what it was opened for: the run moves on, but not what a person is asked about. */
interface OpenDialog {
  readonly action: RunAction;
  readonly candidate: Candidate;
  readonly effects: Effects;
}

/** What can be done now, and nothing else; each says what it will do. */
export function ActionBar({ target, candidate, migration, isOlder, left }: ActionBarProps) {
  const navigate = useNavigate();
  const { effects } = left;
  const [open, setOpen] = useState<OpenDialog>();
  const bar = useRef<HTMLElement>(null);
  const { isSent, markSent } = useSent({ candidate, bar, isAsking: open !== undefined });
  const retry = useAction(retryStep, () => {
    notify(`Retrying ${candidate.step} of ${candidate.id}.`);
    markSent();
  });
  const start = useAction(startRun, () => {
    notify(`Started ${candidate.id}.`);
    markSent();
  });
  const needsInputs = migration.requiredInputs.length > 0;
  const possible = {
    canPreview: migration.capabilities.dryRun === true,
    canRollBack: effects.undone.length > 0,
  };
  const actions = isOlder ? [] : validActions(candidate, possible);
  const stepName = candidate.step;
  const isNarrow = useMediaQuery('(max-width: 40rem)');
  const isFolded = isNarrow && actions.length > 2;
  const [buttons, folded] = isFolded ? [actions.slice(0, 2), actions.slice(2)] : [actions, []];

  const act = (action: RunAction) => {
    if (action === 'retry' && !needsInputs && stepName !== undefined) retry.run({ ...target, stepName });
    else if (action === 'start' && !needsInputs) start.run(target);
    else if (action === 'preview') {
      void navigate({ to: '/migrations/$migrationId/candidates/$candidateId/preview', params: target });
    } else setOpen({ action, candidate, effects });
  };

  usePaletteActions(
    actions.map((action) => ({
      id: `run-${action}`,
      label: actionWord(action, needsInputs).replace('…', ''),
      hint: candidate.id,
      run: () => act(action),
    })),
  );

  const failed = retry.error ?? start.error;
  return (
    <>
      <section ref={bar} tabIndex={-1} aria-label="Actions" className={styles.bar}>
        {failed === null ? null : (
          <div className={styles.problem}>
            <ProblemMessage
              error={failed}
              lead={retry.error === null ? 'The run was not started' : 'The step was not retried'}
            />
          </div>
        )}
        {isOlder || left.error === null ? null : (
          <div className={styles.problem}>
            <ProblemMessage
              error={left.error}
              lead="Whether the last run can be rolled back is not known"
              actions={
                <Button size="small" onPress={left.onRetry} working={left.isTrying && 'Trying…'}>
                  Try again
                </Button>
              }
            />
          </div>
        )}
        <p className={styles.meaning} role="status">
          {isSent
            ? 'Sent. The run takes it up in a moment.'
            : isOlder
              ? 'Nothing can be done to an older run.'
              : left.error !== null && actions.length === 0
                ? ''
                : actionMeaning(candidate, actions)}
        </p>
        <div className={styles.buttons}>
          <CurlMenu target={target} candidate={candidate} actions={actions} isShort={isNarrow} />
          {isSent || folded.length === 0 ? null : (
            <Menu
              label="More"
              entries={folded.map((id) => ({ id, label: actionWord(id, needsInputs) }))}
              onChoose={(id) => {
                const action = folded.find((one) => one === id);
                if (action !== undefined) act(action);
              }}
            />
          )}
          {buttons.toReversed().map((action) =>
            action === 'preview' ? (
              <Link
                key={action}
                to="/migrations/$migrationId/candidates/$candidateId/preview"
                params={target}
                className={buttonClass()}
              >
                {actionWord(action, needsInputs)}
              </Link>
            ) : (
              <Button
                key={action}
                look={actionLook(action, actions)}
                isDisabled={isSent}
                onPress={() => act(action)}
                working={
                  (action === 'retry' && retry.working('Retrying…')) ||
                  (action === 'start' && start.working('Starting…'))
                }
              >
                {actionWord(action, needsInputs)}
              </Button>
            ),
          )}
        </div>
      </section>
      {open === undefined ? null : (
        <Suspense>
          <ActionDialog
            {...open}
            target={target}
            migration={migration}
            onClose={() => setOpen(undefined)}
            onDone={markSent}
          />
        </Suspense>
      )}
    </>
  );
}
