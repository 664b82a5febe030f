import type { Candidate } from '../../shared/contract.ts';
import { newKey } from '../../shared/new-key.ts';
import { notify } from '../../shared/notices.ts';
import type { Target } from '../../shared/run-actions.ts';
import { copyText } from '../../ui/copy-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-list.tsx';
import { curlLine } from './curl.ts';
import type { RunAction } from './valid-actions.ts';

interface CurlMenuProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly actions: readonly RunAction[];
  /** Where there is little room. */
  readonly isShort: boolean;
}

interface CurlEntry extends MenuEntry {
  readonly operation: string;
  readonly body?: object;
}

/** Copies what the page does as lines for a shell. */
export function CurlMenu({ target, candidate, actions, isShort }: CurlMenuProps) {
  const entries: CurlEntry[] = [
    { id: 'steps', label: 'Read the steps', operation: 'steps' },
    { id: 'events', label: 'Read the events', operation: 'events' },
    ...actions.flatMap((action) => entriesOf(action, candidate)),
  ];
  const copy = (id: string) => {
    const entry = entries.find((one) => one.id === id);
    if (entry === undefined) return;
    const line = curlLine(target, entry.operation, entry.body, entry.body && newKey());
    void copyText(line).then((copied) =>
      copied ? notify(`Copied: ${entry.label}.`) : notify('The browser refused to copy.', 'bad'),
    );
  };
  const name = isShort ? { name: 'Copy as', label: 'curl' } : { label: 'Copy as curl' };
  return <Menu {...name} look="quiet" entries={entries} onChoose={copy} />;
}

function entriesOf(action: RunAction, { step, inputs }: Candidate): CurlEntry[] {
  switch (action) {
    case 'start':
      return [{ id: action, label: 'Start', operation: 'start', body: { inputs } }];
    case 'approve':
      return [
        {
          id: action,
          label: 'Approve',
          operation: 'approve-step',
          body: { stepName: step, decision: 'approved' },
        },
      ];
    case 'reject':
      return [
        {
          id: action,
          label: 'Reject',
          operation: 'approve-step',
          body: { stepName: step, decision: 'rejected' },
        },
      ];
    case 'retry':
      return [{ id: action, label: 'Retry', operation: 'retry-step', body: { stepName: step } }];
    case 'skip':
      return [
        {
          id: action,
          label: 'Skip',
          operation: 'skip-step',
          body: { stepName: step, reason: 'Done by hand.' },
        },
      ];
    case 'pause':
      return [{ id: action, label: 'Pause', operation: 'pause', body: {} }];
    case 'resume':
      return [{ id: action, label: 'Resume', operation: 'resume', body: {} }];
    case 'roll-back':
      return [{ id: action, label: 'Roll back', operation: 'compensate', body: {} }];
    case 'cancel':
    case 'abandon':
      return [{ id: action, label: 'Cancel', operation: 'cancel', body: { compensate: false } }];
    case 'preview':
      return [];
  }
}
