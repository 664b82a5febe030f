import { CheckboxField, SelectField, TextField } from '../ui/field.tsx';
import type { Inputs, RequiredInput } from './contract.ts';
import { type Draft, isRequired, labelOf, mayStayOpen, typeOf } from './inputs-draft.ts';
import styles from './inputs-form.module.css';

interface InputsFormProps {
  readonly declared: readonly RequiredInput[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly errors: Readonly<Record<string, string>>;
  /** What the server uses for a field that is left empty. */
  readonly fallback?: Inputs;
}

/** One field per declared input, each of its own type. */
export function InputsForm({ declared, draft, onChange, errors, fallback = {} }: InputsFormProps) {
  return (
    <div className={styles.form}>
      {declared.map((input) => (
        <InputField
          key={input.name}
          input={input}
          value={draft[input.name] ?? ''}
          error={errors[input.name]}
          fallback={fallback[input.name]}
          onChange={(value) => onChange({ ...draft, [input.name]: value })}
        />
      ))}
    </div>
  );
}

interface InputFieldProps {
  readonly input: RequiredInput;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly fallback: Inputs[string] | undefined;
  readonly onChange: (value: string | boolean) => void;
}

function InputField({ input, value, error, fallback, onChange }: InputFieldProps) {
  const type = typeOf(input);
  if (type === 'boolean' && !mayStayOpen(input)) {
    return (
      <CheckboxField
        label={labelOf(input)}
        description={input.description}
        error={error}
        isChecked={value === true}
        onChange={onChange}
      />
    );
  }
  const frame = {
    label: labelOf(input),
    description: describe(input, value, fallback),
    error,
    isOptional: !isRequired(input),
    value: String(value),
    onChange,
  };
  if (type === 'boolean') {
    const choices = [
      { value: '', label: 'Not set' },
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
    return <SelectField {...frame} choices={choices} />;
  }
  if (input.enum !== undefined) {
    const choices = input.enum.map((choice) => ({ value: choice, label: choice }));
    const open = { value: '', label: isRequired(input) ? 'Choose…' : 'Not set' };
    return (
      <SelectField {...frame} choices={value === '' || !isRequired(input) ? [open, ...choices] : choices} />
    );
  }
  return <TextField {...frame} inputMode={type === 'number' ? 'decimal' : 'text'} spellCheck={false} />;
}

function describe(input: RequiredInput, value: string | boolean, fallback: Inputs[string] | undefined) {
  const isReplaced = value === '' && fallback !== undefined && fallback !== '';
  const replaced = isReplaced ? `Left empty, “${fallback}” is used.` : undefined;
  const pattern = input.pattern === undefined ? undefined : `Fits the pattern ${input.pattern}.`;
  const reference =
    typeOf(input) === 'secret'
      ? 'A reference such as secret:name; the worker looks the secret up.'
      : undefined;
  return [input.description, pattern, reference, replaced].filter(Boolean).join(' ') || undefined;
}
