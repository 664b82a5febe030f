// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { StackedAreas } from './stacked-areas.tsx';

const series = [
  { kind: 'done', name: 'Completed' },
  { kind: 'running', name: 'Running' },
] as const;
const points = [
  { label: '1 Nov 2026', shortLabel: '1 Nov', values: [0, 2] },
  { label: '2 Nov 2026', shortLabel: '2 Nov', values: [1, 2] },
  { label: '3 Nov 2026', shortLabel: '3 Nov', values: [1204, 0] },
];

describe('areas that stand on each other', () => {
  it('say the newest point, and any other on the way of the arrow keys', () => {
    render(<StackedAreas label="Over time" series={series} points={points} />);
    const slider = screen.getByRole('slider', { name: 'Over time: point in time' });
    expect(slider.getAttribute('aria-valuetext')).toBe('3 Nov 2026: 1,204 completed, 0 running');
    expect(screen.getByText('Now')).toBeDefined();
    fireEvent.change(slider, { target: { value: '0' } });
    expect(slider.getAttribute('aria-valuetext')).toBe('1 Nov 2026: 0 completed, 2 running');
    expect(screen.getByText('1 Nov 2026')).toBeDefined();
    fireEvent.blur(slider);
    expect(screen.getByText('Now')).toBeDefined();
  });

  it('follow the pointer until it leaves', () => {
    const { container } = render(<StackedAreas label="Over time" series={series} points={points} />);
    const chart = container.querySelector('figure > div:last-child') as HTMLElement;
    fireEvent.pointerMove(chart, { clientX: 48 });
    expect(screen.getByText('1 Nov 2026')).toBeDefined();
    fireEvent.pointerLeave(chart);
    expect(screen.queryByText('1 Nov 2026')).toBeNull();
  });

  it('show one point, and nothing of none', () => {
    const { container, rerender } = render(
      <StackedAreas label="Over time" series={series} points={points.slice(0, 1)} />,
    );
    expect(container.querySelectorAll('path').length).toBeGreaterThan(2);
    rerender(<StackedAreas label="Over time" series={series} points={[]} />);
    expect(container.querySelector('figure')).toBeNull();
  });
});
