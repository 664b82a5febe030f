// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../testing/render-page.tsx';
import { stubServer } from '../../testing/stub-server.ts';

async function open(): Promise<void> {
  stubServer(() => ({ body: { items: [] } }));
  renderPage('/components');
  // Its heading is there before it.
  await screen.findByRole('tabpanel', {}, { timeout: 10_000 });
}

describe('the page of components', () => {
  it('shows one tab at a time, and moves by the arrow keys', async () => {
    await open();
    expect(screen.getByRole('tabpanel').textContent).toBe('Only what is shown is rendered.');
    const [first] = screen.getAllByRole('tab');
    first?.focus();
    fireEvent.keyDown(first as HTMLElement, { key: 'ArrowRight' });
    expect(screen.getByRole('tabpanel').textContent).toBe('Arrow keys move between the tabs.');
    expect(screen.getByRole('tab', { name: /^Steps/ }).getAttribute('aria-selected')).toBe('true');
  });

  it('opens a drawer that escape closes', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Open a drawer' }));
    const drawer = await screen.findByRole('dialog', { name: 'Callback of push' });
    expect(within(drawer).getByRole('button', { name: 'Replay' })).toBeTruthy();
    fireEvent.keyDown(drawer, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('shows a toast until it is dismissed', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Show one' }));
    const board = document.querySelector<HTMLElement>('[data-notices]');
    expect(board?.textContent).toBe('Approved check of saturn.');
    fireEvent.click(within(board as HTMLElement).getByRole('button', { name: 'Dismiss' }));
    expect(board?.textContent).toBe('');
  });
});
