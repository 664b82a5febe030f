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
