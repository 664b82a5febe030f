import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { createQueryClient } from '../app/query-client.ts';
import { createConsoleRouter } from '../app/router.tsx';

/** The whole console at an address. */
export function renderPage(address: string) {
  const client = createQueryClient();
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = createConsoleRouter(history);
  const view = render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { ...view, client, history, router };
}
