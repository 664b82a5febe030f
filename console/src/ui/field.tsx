import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';
import styles from './field.module.css';

interface FieldFrame {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
}

interface Wiring {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

interface FieldProps extends FieldFrame {
  readonly children: (wiring: Wiring) => ReactNode;
}

/** A label, a control, what it means and what is wrong with it, tied together. */
function Field({ label, description, error, isOptional = false, children }: FieldProps) {
  const id = useId();
  const describedBy = [description && `${id}-description`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {isOptional ? <span className={styles.optional}> optional</span> : null}
      </label>
      {children({
        id,
        ...(describedBy !== '' && { 'aria-describedby': describedBy }),
        ...(error !== undefined && { 'aria-invalid': true }),
      })}
      {description ? (
        <p id={`${id}-description`} className={styles.description}>
          {description}
        </p>
      ) : null}
      {error === undefined ? null : (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

type Controlled = { readonly value: string; readonly onChange: (value: string) => void };

type TextFieldProps = FieldFrame &
  Controlled &
  Pick<InputHTMLAttributes<HTMLInputElement>, 'inputMode' | 'spellCheck' | 'maxLength'>;

export function TextField({
  label,
  description,
  error,
  isOptional,
  value,
  onChange,
  ...input
}: TextFieldProps) {
  return (
    <Field {...{ label, description, error, ...(isOptional && { isOptional }) }}>
      {(wiring) => (
        <input
          {...input}
          {...wiring}
          type="text"
          autoComplete="off"
          className={styles.control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

type TextAreaProps = FieldFrame &
  Controlled &
  Pick<TextareaHTMLAttributes<HTMLTextAreaElement>, 'maxLength'> & {
    /** Something for machines, which no spell checker reads. */
    readonly isCode?: boolean;
  };

export function TextArea({
  label,
  description,
  error,
  isOptional,
  isCode = false,
  value,
  onChange,
  ...area
}: TextAreaProps) {
  return (
    <Field {...{ label, description, error, ...(isOptional && { isOptional }) }}>
      {(wiring) => (
        <textarea
          rows={3}
          {...area}
          {...wiring}
          {...(isCode && { spellCheck: false, autoComplete: 'off', 'data-code': '' })}
          className={styles.control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

type SelectFieldProps = FieldFrame & Controlled & { readonly choices: readonly Choice[] };

export function SelectField({
  label,
  description,
  error,
  isOptional,
  value,
  onChange,
  choices,
}: SelectFieldProps) {
  return (
    <Field {...{ label, description, error, ...(isOptional && { isOptional }) }}>
      {(wiring) => (
        <select
          {...wiring}
          className={styles.control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckboxFieldProps {
  readonly label: ReactNode;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function CheckboxField({ label, description, error, isChecked, onChange }: CheckboxFieldProps) {
  const id = useId();
  const describedBy = [description && `${id}-description`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={styles.checkbox}>
      <input
        id={id}
        type="checkbox"
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
        {...(describedBy !== '' && { 'aria-describedby': describedBy })}
      />
      <div>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        {description ? (
          <p id={`${id}-description`} className={styles.description}>
            {description}
          </p>
        ) : null}
        {error === undefined ? null : (
          <p id={`${id}-error`} className={styles.error}>
            {error}
          </p>
        )}
      </div>
    </div>
  );
}
