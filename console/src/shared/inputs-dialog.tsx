import { type ReactNode, useId } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Form } from '../ui/form.tsx';
import type { Inputs, RequiredInput } from './contract.ts';
import { InputsForm } from './inputs-form.tsx';
import { ProblemMessage } from './problem-message.tsx';
import type { Action } from './use-action.ts';
import { useInputsDraft } from './use-inputs-draft.ts';

interface InputsDialogProps {
  readonly title: string;
  /** What will be done with the inputs. */
  readonly children: ReactNode;
  readonly declared: readonly RequiredInput[];
  readonly stored: Inputs;
  readonly action: Pick<Action<never, unknown>, 'working' | 'error'>;
  readonly verb: string;
  readonly working: string;
  /** What did not happen when the server refuses. */
  readonly refused: string;
  readonly onSend: (inputs: Inputs) => void;
  readonly onClose: () => void;
}

/** Asks for the inputs that a migration declares, before something is done with them. */
export function InputsDialog(props: InputsDialogProps) {
  const { declared, stored, action, onSend, onClose } = props;
  const formId = useId();
  const form = useInputsDraft(declared, stored, action.error);
  const submit = () => {
    const inputs = form.read();
    if (inputs !== undefined) onSend(inputs);
  };
  return (
    <Dialog title={props.title} isOpen onClose={onClose}>
      <p>{props.children}</p>
      <Form id={formId} onSubmit={submit} fault={action.error}>
        <InputsForm
          declared={declared}
          draft={form.draft}
          onChange={form.change}
          errors={form.errors}
          fallback={stored}
        />
      </Form>
      {action.error === null ? null : (
        <ProblemMessage error={action.error} lead={props.refused} shown={declared} />
      )}
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" type="submit" form={formId} working={action.working(props.working)}>
          {props.verb}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
