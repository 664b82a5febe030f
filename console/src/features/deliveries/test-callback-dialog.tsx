import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { TestCallback } from '../../shared/contract.ts';
import { allMigrationsQuery, migrationQuery } from '../../shared/migration-queries.ts';
import { notify } from '../../shared/notices.ts';
import { readOutputs } from '../../shared/outputs-draft.ts';
import { problemText } from '../../shared/problem.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { sendTestCallback } from './delivery-queries.ts';

interface TestCallbackDialogProps {
  readonly migrationId: string | undefined;
  readonly candidateId: string | undefined;
  readonly onClose: () => void;
}

const statuses: readonly { readonly value: TestCallback['status']; readonly label: string }[] = [
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'failed', label: 'Failed' },
  { value: 'pending', label: 'Pending' },
  { value: 'merged', label: 'Merged' },
];

/** Stands in for a worker, in development: which step, and what it says became of it. */
export function TestCallbackDialog({ onClose, ...given }: TestCallbackDialogProps) {
  const formId = useId();
  const { data: migrations = [] } = useQuery(allMigrationsQuery);
  const [migrationId = migrations[0]?.id ?? '', setMigration] = useState(given.migrationId);
  const [candidateId, setCandidate] = useState(given.candidateId ?? '');
  const { data: migration } = useQuery({ ...migrationQuery(migrationId), enabled: migrationId !== '' });
  const steps = (migration?.steps ?? []).filter(({ kind }) => kind !== 'review');
  const [step, setStep] = useState<string>();
  const stepName = steps.some(({ name }) => name === step) ? step : steps[0]?.name;
  const [status, setStatus] = useState<TestCallback['status']>('succeeded');
  const [message, setMessage] = useState('');
  const [outputs, setOutputs] = useState('');
  const [isChecked, setChecked] = useState(false);
  const send = useAction(sendTestCallback, ({ result }) => {
    const known = result === 'duplicate' ? ' It was known already.' : '';
    notify(`Sent a test callback about ${stepName} of ${candidateId}.${known}`);
    onClose();
  });
  const read = readOutputs(outputs);
  const refused = send.error === null ? [] : problemText(send.error).fields;
  const submit = () => {
    setChecked(true);
    if (candidateId.trim() === '' || stepName === undefined || !read.ok) return;
    const said = message.trim();
    send.run({
      migrationId,
      candidateId: candidateId.trim(),
      callback: {
        ...{ stepName, status },
        ...(said !== '' && { message: said }),
        ...(read.outputs !== undefined && { outputs: read.outputs }),
      },
    });
  };
  return (
    <Dialog title="Send a test callback" isOpen onClose={onClose}>
      <p>
        The server makes the callback that the worker of the open attempt could send. This server allows it
        because LOOM_TEST_CALLBACKS is on.
      </p>
      <Form id={formId} onSubmit={submit} fault={send.error}>
        <SelectField
          label="Migration"
          value={migrationId}
          onChange={setMigration}
          choices={migrations.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <TextField
          label="Candidate"
          spellCheck={false}
          error={isChecked && candidateId.trim() === '' ? 'Name a candidate with an open run.' : undefined}
          value={candidateId}
          onChange={setCandidate}
        />
        <SelectField
          label="Step"
          value={stepName ?? ''}
          onChange={setStep}
          choices={steps.map(({ name }) => ({ value: name, label: name }))}
        />
        <SelectField
          label="Status"
          value={status}
          onChange={(value) => setStatus(statuses.find((one) => one.value === value)?.value ?? 'succeeded')}
          choices={statuses}
        />
        <TextField label="Message" isOptional maxLength={2048} value={message} onChange={setMessage} />
        <TextArea
          label="Outputs"
          isOptional
          isCode
          description="A JSON object that later steps receive."
          error={
            isChecked && !read.ok ? read.error : refused.find(({ path }) => path === '/outputs')?.message
          }
          value={outputs}
          onChange={setOutputs}
        />
      </Form>
      {send.error === null ? null : <ProblemMessage error={send.error} lead="The callback was not taken" />}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={send.working('Sending…')}>
          Send it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
