import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { Profiler } from 'react';
import { createQueryClient } from '../app/query-client.ts';
import { createConsoleRouter } from '../app/router.tsx';

/** The whole console at an address. */
export function renderPage(address: string) {
  const client = createQueryClient();
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createConsoleRouter(history);
  let commits = 0;
  const view = render(
    <Profiler id="console" onRender={() => (commits += 1)}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Profiler>,
  );
  return { ...view, client, history, router, commits: () => commits };
}
