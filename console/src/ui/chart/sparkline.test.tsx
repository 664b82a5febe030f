// @vitest-environment jsdom
import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Sparkline } from './sparkline.tsx';

it('a sparkline says in words what is seen, also of nothing', () => {
  const { container, rerender } = render(<Sparkline values={[0, 2, 4]} max={4} label="4 completed" />);
  expect(screen.getByRole('img', { name: '4 completed' })).toBeDefined();
  expect(container.querySelector('circle')?.getAttribute('cy')).toBe('0');
  rerender(<Sparkline values={[]} max={0} label="None" />);
  expect(container.querySelector('circle')?.getAttribute('cy')).toBe('22');
});
