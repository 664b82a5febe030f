import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId } from 'react';
import type { Candidate, DryRun, Inputs, Migration, RequiredInput } from '../../shared/contract.ts';
import { type Draft, draftOf } from '../../shared/inputs-draft.ts';
import { InputsForm } from '../../shared/inputs-form.tsx';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { startRun, type Target } from '../../shared/run-actions.ts';
import { useAction } from '../../shared/use-action.ts';
import { useInputsDraft } from '../../shared/use-inputs-draft.ts';
import { Button } from '../../ui/button.tsx';
import styles from './preview-form.module.css';

interface PreviewFormProps {
  readonly target: Target;
  readonly migration: Migration;
  readonly candidate: Candidate;
  readonly dryRun: DryRun | undefined;
  readonly inputs: Inputs;
  readonly isBusy: boolean;
  readonly refusal: Error | null;
  readonly onPreview: (inputs: Inputs) => void;
}

/** The inputs of the preview, and the two things to do with them: preview again, or start with exactly these. */
export function PreviewForm(props: PreviewFormProps) {
  const { target, migration, candidate, dryRun, isBusy, onPreview } = props;
  const formId = useId();
  const navigate = useNavigate();
  const form = useInputsDraft(migration.requiredInputs, props.inputs, props.refusal);
  const start = useAction(startRun, () => {
    notify(`Started ${target.candidateId}.`);
    void navigate({ to: '/migrations/$migrationId/candidates/$candidateId', params: target });
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const inputs = form.read();
    if (inputs !== undefined) onPreview(inputs);
  };
  const canStart =
    dryRun?.state === 'completed' && candidate.status === 'not_started' && candidate.runState === undefined;
  const isChanged = dryRun !== undefined && differs(migration.requiredInputs, form.draft, dryRun.inputs);
  return (
    <section className={styles.panel} aria-label="Inputs of the preview">
      {migration.requiredInputs.length === 0 ? null : (
        <form id={formId} onSubmit={submit} noValidate className={styles.form}>
          <InputsForm
            declared={migration.requiredInputs}
            draft={form.draft}
            onChange={form.change}
            errors={form.errors}
            fallback={candidate.inputs}
          />
        </form>
      )}
      <div className={styles.buttons}>
        <Button
          look={dryRun === undefined ? 'primary' : 'plain'}
          onPress={() => {
            const inputs = form.read();
            if (inputs !== undefined) onPreview(inputs);
          }}
          working={isBusy && 'Previewing…'}
        >
          {dryRun === undefined ? 'Preview' : 'Run again'}
        </Button>
        {canStart ? (
          <Button
            look="primary"
            isDisabled={isBusy}
            onPress={() => start.run({ ...target, inputs: dryRun.inputs })}
            working={start.working('Starting…')}
          >
            {isChanged ? 'Start with the previewed inputs' : 'Start with exactly these inputs'}
          </Button>
        ) : null}
      </div>
      {isChanged && !isBusy ? (
        <p className={styles.changed} role="status">
          What was changed above since is not in this preview. Run it again to see what it would do.
        </p>
      ) : null}
      {start.error === null ? null : <ProblemMessage error={start.error} lead="The run was not started" />}
    </section>
  );
}

/** Whether the fields say something else than what was previewed. */
function differs(declared: readonly RequiredInput[], draft: Draft, previewed: Inputs): boolean {
  const before = draftOf(declared, previewed);
  return declared.some(({ name }) => draft[name] !== before[name]);
}
