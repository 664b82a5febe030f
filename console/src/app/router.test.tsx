// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../testing/render-page.tsx';
import { aCandidate, aMigration, aStep } from '../testing/samples.ts';
import { aProblem, stubServer } from '../testing/stub-server.ts';
import { createConsoleRouter } from './router.tsx';

function serveCandidate(id: string) {
  const encoded = encodeURIComponent(id);
  return stubServer(({ path }) => {
    if (path === '/migrations/sample') return { body: aMigration() };
    if (path === `/migrations/sample/candidates/${encoded}`) return { body: aCandidate({ id }) };
    if (path.startsWith(`/migrations/sample/candidates/${encoded}/runs`))
      return { body: { items: [], total: 0 } };
    if (path === `/migrations/sample/candidates/${encoded}/steps`) {
      return {
        body: {
          status: 'not_started',
          source: 'store',
          asOf: '2026-11-20T10:00:00.000Z',
          steps: [aStep('first')],
        },
      };
    }
    return aProblem('not-found', 404, { detail: `Nothing at ${path}.` });
  });
}

describe('an id in the URL', () => {
  it.each([
    'acme/billing',
    'a b',
    '100%',
    'a%2Fb',
    'x#y?z=1&w',
    'größe/日本語',
    'emoji🧶',
    '..hidden',
    'back\\slash',
    'semi;:@+$,',
  ])('is encoded once and found again: %s', async (candidateId) => {
    const { received } = serveCandidate(candidateId);
    const { href } = createConsoleRouter().buildLocation({
      to: '/migrations/$migrationId/candidates/$candidateId',
      params: { migrationId: 'sample', candidateId },
    });
    renderPage(href);
    await screen.findByRole('heading', { level: 1, name: candidateId });
    await screen.findByText(/an operator may start it/);
    expect(received.map(({ path }) => path)).toContain(
      `/migrations/sample/candidates/${encodeURIComponent(candidateId)}`,
    );
  });
});

describe('an address', () => {
  it('that leads nowhere says so and leads home', async () => {
    stubServer(() => ({ body: { items: [], total: 0 } }));
    renderPage('/nowhere/at/all');
    await screen.findByRole('heading', { level: 1, name: 'There is no such page' });
    expect(screen.getByRole('link', { name: 'Go home' }).getAttribute('href')).toBe('/');
  });

  it('with a view that there is not shows the candidates', async () => {
    stubServer(({ path }) =>
      path === '/migrations/sample'
        ? { body: aMigration() }
        : { body: { items: [], total: 0, facets: { status: {}, runState: {} } } },
    );
    const { container } = renderPage('/migrations/sample?tab=nowhere');
    await screen.findByRole('heading', { level: 1, name: aMigration().name });
    expect(container.querySelector('main [aria-current="page"]')?.textContent).toContain('Candidates');
    expect(screen.queryByText('nowhere')).toBeNull();
  });

  it('of a migration that is not there says so and leads to those that are', async () => {
    stubServer(() => aProblem('not-found', 404));
    renderPage('/migrations/nope');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('There is no migration nope');
    expect(screen.getByRole('link', { name: 'See the migrations' }).getAttribute('href')).toBe('/');
  });

  it('that the server refuses to answer shows its problem and what to do', async () => {
    stubServer(() => aProblem('internal', 500, { detail: 'The store is full.' }));
    renderPage('/migrations/sample');
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The store is full.'));
    expect(screen.getByRole('alert').textContent).toContain('Mend of internal');
  });
});
