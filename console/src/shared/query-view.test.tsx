// @vitest-environment jsdom
import type { UseQueryResult } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { NoAnswerError, ProblemError } from './problem.ts';
import { QueryView } from './query-view.tsx';

function show(error: Error): string {
  const query = { data: 'what was read', error, dataUpdatedAt: Date.now() } as UseQueryResult<string, Error>;
  render(
    <QueryView query={query} what="the migration">
      {(data) => <p>{data}</p>}
    </QueryView>,
  );
  expect(screen.getByText('what was read')).toBeTruthy();
  return screen.getByRole('status').textContent;
}

it('what the server no longer knows stays on screen and says so', () => {
  const gone = new ProblemError({
    type: '/problems/not-found',
    title: 'There is no such thing',
    status: 404,
  });
  expect(show(gone)).toContain('The server knows nothing of the migration any more.');
});

it('what could not be read again stays on screen and says how old it is, and why', () => {
  const text = show(new NoAnswerError('The answer broke off in the middle.'));
  expect(text).toMatch(/^Shown as it was a moment ago\. .* broke off in the middle\./);
});

it('what is around it and what is within say the same reason once, and another reason for itself', () => {
  const away = (detail: string) =>
    new ProblemError({ type: '/problems/unavailable', title: 'Redis is away', status: 503, detail });
  const stale = (error: Error) =>
    ({ data: 'read', error, dataUpdatedAt: Date.now() }) as UseQueryResult<string, Error>;
  const within = (error: Error) => (
    <QueryView query={stale(away('It does not answer.'))} what="the migrations">
      {() => (
        <QueryView query={stale(error)} what="what needs attention">
          {(data) => <p>{data}</p>}
        </QueryView>
      )}
    </QueryView>
  );
  const { rerender } = render(within(away('It does not answer.')));
  expect(screen.getByRole('status').textContent).toContain('Redis is away: It does not answer.');
  rerender(within(away('It is full.')));
  expect(screen.getAllByRole('status').map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('It does not answer.'),
    expect.stringContaining('It is full.'),
  ]);
});
