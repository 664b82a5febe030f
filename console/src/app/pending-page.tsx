import { useMatch } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTitle } from '../shared/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { waitingParts } from '../ui/patient-lazy.ts';

/** While the script of a page is on its way, or waits for the server. */
export function PendingPage() {
  const { params, staticData } = useMatch({ strict: false });
  const title = staticData?.pageTitle?.(params) ?? 'One moment';
  useTitle(title);
  const isWaiting = useSyncExternalStore(waitingParts.subscribe, waitingParts.isAny);
  return (
    <Page title={title}>
      {isWaiting ? (
        <div role="status">
          <EmptyState title="The server cannot be reached">
            Trying again by itself; this page opens as soon as it answers.
          </EmptyState>
        </div>
      ) : (
        <Loading what="the page" lines={8} />
      )}
    </Page>
  );
}
