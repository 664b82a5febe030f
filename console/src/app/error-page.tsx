import type { ErrorComponentProps } from '@tanstack/react-router';
import { ProblemMessage } from '../shared/problem-message.tsx';
import { useTitle } from '../shared/use-title.ts';
import { Button } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';

/** Shown where a page itself broke, or where its script could not be loaded, as after an update of Loom. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  useTitle('Error');
  return (
    <Page title="This page broke">
      <ProblemMessage
        error={error instanceof Error ? error : new Error(String(error))}
        actions={
          <>
            <Button size="small" onPress={reset}>
              Try again
            </Button>
            <Button size="small" onPress={() => location.reload()}>
              Reload the page
            </Button>
          </>
        }
      />
    </Page>
  );
}
