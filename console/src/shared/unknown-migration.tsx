import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** The server does not know the migration; the page goes on looking, so it shows it when it is announced. */
export function UnknownMigration({ migrationId }: { readonly migrationId: string }) {
  return (
    <div role="alert">
      <EmptyState
        title={`There is no migration ${migrationId}`}
        actions={
          <Link to="/" className={buttonClass({ look: 'primary' })}>
            See the migrations
          </Link>
        }
      >
        The address may be wrong, or no worker has announced it yet. This page looks again by itself.
      </EmptyState>
    </div>
  );
}
