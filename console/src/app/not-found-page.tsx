import { Link } from '@tanstack/react-router';
import { useTitle } from '../shared/use-title.ts';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <Page title="There is no such page">
      <EmptyState
        title="The address leads nowhere"
        actions={
          <Link to="/" className={buttonClass({ look: 'primary' })}>
            Go home
          </Link>
        }
      >
        Check it for a slip of the pen, or look for what you want with the search at the top.
      </EmptyState>
    </Page>
  );
}
