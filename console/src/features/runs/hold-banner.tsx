import { Link } from '@tanstack/react-router';
import type { Candidate, Migration } from '../../shared/contract.ts';
import { PauseBanner } from '../../shared/pause-banner.tsx';
import type { Target } from '../../shared/run-actions.ts';
import { buttonClass } from '../../ui/button.tsx';
import { holdOf, type RunHold } from './run-hold.ts';

interface HoldBannerProps {
  readonly target: Target;
  readonly candidate: Candidate;
  readonly migration: Migration | undefined;
}

/** What holds the run, or will; a pause of more than the run is ended where it was made. */
export function HoldBanner({ target, candidate, migration }: HoldBannerProps) {
  const hold = holdOf(candidate, migration);
  if (hold === undefined) return null;
  const { by, ...banner } = hold;
  return <PauseBanner {...banner} action={<WhereItEnds by={by} target={target} />} />;
}

function WhereItEnds({ by, target }: { readonly by: RunHold['by']; readonly target: Target }) {
  switch (by) {
    case 'run':
    case 'concurrency-key':
      // The bar holds what can be done.
      return null;
    case 'migration':
      return (
        <Link
          to="/migrations/$migrationId"
          params={{ migrationId: target.migrationId }}
          className={buttonClass({ size: 'small' })}
        >
          Open the migration
        </Link>
      );
    case 'worker-app':
      return (
        <Link to="/workers" className={buttonClass({ size: 'small' })}>
          Open the workers
        </Link>
      );
  }
}
