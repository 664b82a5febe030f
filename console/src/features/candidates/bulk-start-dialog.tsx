import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { CandidateSummary, Inputs, Migration } from '../../shared/contract.ts';
import { changedInputs, effectiveInputs } from '../../shared/inputs-draft.ts';
import { InputsForm } from '../../shared/inputs-form.tsx';
import { expectChange } from '../../shared/pace.ts';
import { problemText } from '../../shared/problem.ts';
import { startRun } from '../../shared/run-actions.ts';
import { useInputsDraft } from '../../shared/use-inputs-draft.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { formatCount } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { type StartOutcome, startEach } from './bulk-start.ts';
import styles from './bulk-start-dialog.module.css';
import { startHindrance } from './selection.ts';

interface BulkStartDialogProps {
  readonly migration: Migration;
  readonly rows: readonly CandidateSummary[];
  /** Gives back those that were not started. */
  readonly onClose: (left: readonly CandidateSummary[]) => void;
}

/** Says what will be started, takes the inputs once for all, and shows one outcome per candidate. */
export function BulkStartDialog({ migration, rows, onClose }: BulkStartDialogProps) {
  const client = useQueryClient();
  const formId = useId();
  const form = useInputsDraft(migration.requiredInputs, {}, null);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, StartOutcome>>();
  const [isWorking, setWorking] = useState(false);
  const stopper = useRef(new AbortController());
  useEffect(() => () => stopper.current.abort(), []);

  const startable = rows.filter((row) => startHindrance(row) === undefined);
  const hindered = rows.filter((row) => startHindrance(row) !== undefined);

  const announced = effectiveInputs(migration.requiredInputs, {});
  const start = async (candidateIds: readonly string[], inputs: Inputs) => {
    stopper.current = new AbortController();
    setWorking(true);
    setOutcomes(
      (before) =>
        new Map([...(before ?? []), ...candidateIds.map((id) => [id, { state: 'waiting' }] as const)]),
    );
    await startEach({
      migrationId: migration.id,
      candidateIds,
      inputs: changedInputs(announced, inputs),
      start: startRun,
      signal: stopper.current.signal,
      onOutcome: (id, outcome) => setOutcomes((before) => new Map(before).set(id, outcome)),
    });
    setWorking(false);
    expectChange();
    void client.invalidateQueries();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const inputs = form.read();
    if (inputs !== undefined)
      void start(
        startable.map((row) => row.id),
        inputs,
      );
  };
  const close = () => {
    stopper.current.abort();
    onClose(rows.filter((row) => outcomes?.get(row.id)?.state !== 'started'));
  };

  if (outcomes !== undefined) {
    const unstarted = [...outcomes].filter(([, outcome]) => outcome.state !== 'started').map(([id]) => id);
    return (
      <Dialog title={`Starting ${formatCount(outcomes.size, 'candidate')}`} isOpen isWide onClose={close}>
        <OutcomeList outcomes={outcomes} />
        <DialogActions>
          {isWorking ? <Button onPress={() => stopper.current.abort()}>Stop starting more</Button> : null}
          {!isWorking && unstarted.length > 0 ? (
            <Button onPress={() => void start(unstarted, form.read() ?? {})}>
              Try {formatCount(unstarted.length, 'candidate')} again
            </Button>
          ) : null}
          <Button look="primary" onPress={close} working={isWorking && 'Starting…'}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog title={`Start ${formatCount(startable.length, 'candidate')}`} isOpen onClose={close}>
      <p>
        Starts a run of <strong>{migration.name}</strong> for {formatCount(startable.length, 'candidate')}
        {startable.length > 1 ? ', each by itself' : ''}.
        {hindered.length > 0 ? ` ${formatCount(hindered.length, 'other')} cannot be started:` : ''}
      </p>
      {hindered.length === 0 ? null : (
        <ul className={styles.hindered} tabIndex={0} aria-label="Cannot be started">
          {hindered.map((row) => (
            <li key={row.id}>
              <span>{row.id}</span> <span>{startHindrance(row)}</span>
            </li>
          ))}
        </ul>
      )}
      {migration.requiredInputs.length === 0 ? null : (
        <p className={styles.note}>
          What you leave as it is here does not replace what a candidate has stored.
        </p>
      )}
      <form id={formId} onSubmit={submit} noValidate>
        <InputsForm
          declared={migration.requiredInputs}
          draft={form.draft}
          onChange={form.change}
          errors={form.errors}
        />
      </form>
      <DialogActions>
        <Button onPress={close}>Not now</Button>
        <Button look="primary" type="submit" form={formId} isDisabled={startable.length === 0}>
          Start {formatCount(startable.length, 'candidate')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function OutcomeList({ outcomes }: { readonly outcomes: ReadonlyMap<string, StartOutcome> }) {
  const of = (state: StartOutcome['state']) =>
    [...outcomes.values()].filter((outcome) => outcome.state === state).length;
  return (
    <>
      <p role="status">
        {of('started')} of {outcomes.size} started{of('refused') > 0 ? `, ${of('refused')} refused` : ''}.
      </p>
      <ul className={styles.outcomes} tabIndex={0} aria-label="Outcomes">
        {[...outcomes].map(([id, outcome]) => (
          <li key={id}>
            <span className={styles.id}>{id}</span>
            <OutcomeWords outcome={outcome} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OutcomeWords({ outcome }: { readonly outcome: StartOutcome }) {
  switch (outcome.state) {
    case 'waiting':
      return <StateBadge word="Waiting" tone="idle" shape="dotted" />;
    case 'starting':
      return <StateBadge word="Starting" tone="progress" shape="handing" />;
    case 'started':
      return <StateBadge word="Started" tone="done" shape="check" />;
    case 'refused': {
      const { title, detail, mend } = problemText(outcome.error);
      return (
        <span className={styles.refused}>
          <StateBadge word={title} tone="bad" shape="cross" />
          <span>{[detail, mend].filter(Boolean).join(' ')}</span>
        </span>
      );
    }
  }
}
