import type { ReactNode } from 'react';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { problemText } from './problem.ts';

interface ProblemMessageProps {
  readonly error: Error;
  /** What was tried, such as "The run was not started". */
  readonly lead?: string;
  readonly actions?: ReactNode;
}

export function ProblemMessage({ error, lead, actions }: ProblemMessageProps) {
  const { title, ...rest } = problemText(error);
  return (
    <ProblemPanel
      {...rest}
      title={lead === undefined ? title : `${lead}: ${lowerFirst(title)}`}
      actions={actions}
    />
  );
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
