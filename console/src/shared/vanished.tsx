import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import type { Target } from './run-actions.ts';

interface VanishedProps {
  readonly target: Target;
  /** It was on this page before. */
  readonly wasThere: boolean;
}

/** The server does not know the candidate; the page goes on looking, so it shows it when it is back. */
export function Vanished({ target: { migrationId, candidateId }, wasThere }: VanishedProps) {
  return (
    <div role="alert">
      <EmptyState
        title={wasThere ? `${candidateId} is not there any more` : `There is no candidate ${candidateId}`}
        actions={
          <Link
            to="/migrations/$migrationId"
            params={{ migrationId }}
            className={buttonClass({ look: 'primary' })}
          >
            See the candidates
          </Link>
        }
      >
        {wasThere
          ? 'The server does not know it now; its data may have been lost or restored from an older copy. This page looks again by itself.'
          : 'The address may be wrong, or no discovery has found it yet. This page looks again by itself.'}
      </EmptyState>
    </div>
  );
}
