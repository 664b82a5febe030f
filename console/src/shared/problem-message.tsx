import type { ReactNode } from 'react';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import type { RequiredInput } from './contract.ts';
import { inputNameOf, problemText } from './problem.ts';

interface ProblemMessageProps {
  readonly error: Error;
  /** What was tried, such as "The run was not started". */
  readonly lead?: string;
  /** The inputs whose field errors stand at their fields already. */
  readonly shown?: readonly RequiredInput[];
  readonly actions?: ReactNode;
}

export function ProblemMessage({ error, lead, shown = [], actions }: ProblemMessageProps) {
  const { title, fields, ...rest } = problemText(error);
  const names = new Set(shown.map((input) => input.name));
  return (
    <ProblemPanel
      {...rest}
      fields={fields.filter((field) => !names.has(inputNameOf(field.path) ?? ''))}
      title={lead === undefined ? title : `${lead}: ${lowerFirst(title)}`}
      actions={actions}
    />
  );
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
