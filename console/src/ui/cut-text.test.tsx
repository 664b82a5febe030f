// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { CutText } from './cut-text.tsx';

const long = 'acme-international/a-service-with-a-long-name-1007';

it('a long text can be cut before its end, and is whole for those who listen', () => {
  const { container } = render(
    <button type="button">
      <CutText text={long} />
    </button>,
  );
  expect(screen.getByRole('button', { name: long })).toBeDefined();
  const parts = [...container.querySelectorAll('[aria-hidden] > span')].map((part) => part.textContent);
  expect(parts).toEqual([long.slice(0, -12), 'ng-name-1007']);
});

it('a short text is as it is', () => {
  const { container } = render(<CutText text="acme/billing" />);
  expect(container.textContent).toBe('acme/billing');
});
