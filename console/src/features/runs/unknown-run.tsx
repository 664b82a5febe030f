import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** The address names a run that the server does not know, or not any more. */
export function UnknownRun() {
  return (
    <EmptyState
      title="This run is not known"
      actions={
        <Link to="." search={{}} className={buttonClass({ look: 'primary' })}>
          Show the newest run
        </Link>
      }
    >
      The server has no run with this id for the candidate. It may have been started on another server, or its
      data were lost.
    </EmptyState>
  );
}
