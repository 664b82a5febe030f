import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';

/** While the script of a page is on its way, or waits for the server. */
export function PendingPage() {
  return (
    <Page title="One moment">
      <Loading what="the page" lines={8} />
    </Page>
  );
}
