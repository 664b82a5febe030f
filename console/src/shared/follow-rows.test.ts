// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followRows } from './follow-rows.ts';

let stop: () => void;

beforeEach(() => {
  document.body.innerHTML = `<main><section><h2>Waiting</h2><div id="box"><ul>
    <li id="one"><a href="#" data-row-link>One</a><div data-row-action><button>Retry one</button></div></li>
    <li id="two"><a href="#" data-row-link>Two</a><div data-row-action><button>Retry two</button></div></li>
    <li id="three"><a href="#" data-row-link>Three</a></li>
  </ul></div></section><button id="beside">Beside</button></main>`;
  stop = followRows(byId('box'));
});
afterEach(() => stop());

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`There is no ${id}.`);
  return element;
}

const act = (id: string) => byId(id).querySelector<HTMLElement>('button, a')?.focus();
const says = () => document.activeElement?.textContent;

it('a row that goes hands the focus to the first action of the next', async () => {
  byId('one').querySelector('button')?.focus();
  byId('one').remove();
  await vi.waitFor(() => expect(says()).toBe('Retry two'));
});

it('to the link of a row without an action', async () => {
  act('two');
  byId('two').remove();
  await vi.waitFor(() => expect(says()).toBe('Three'));
});

it('the last one to the one before, and the only one to the heading', async () => {
  act('three');
  byId('three').remove();
  await vi.waitFor(() => expect(says()).toBe('Retry two'));
  byId('one').remove();
  byId('two').remove();
  await vi.waitFor(() => expect(says()).toBe('Waiting'));
});

it('waits until the dialog that was opened from it is closed', async () => {
  act('one');
  const dialog = document.createElement('div');
  dialog.dataset['veil'] = '';
  dialog.innerHTML = '<button>Drop it</button>';
  document.body.append(dialog);
  dialog.querySelector('button')?.focus();
  byId('one').remove();
  await twoFrames();
  expect(says()).toBe('Drop it');
  dialog.remove();
  await vi.waitFor(() => expect(says()).toBe('Retry two'));
});

it('leaves somebody alone who went on elsewhere', async () => {
  act('one');
  byId('beside').focus();
  byId('one').remove();
  await twoFrames();
  expect(says()).toBe('Beside');
});

it('leaves somebody alone who clicked elsewhere', async () => {
  act('one');
  document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  byId('one').remove();
  await twoFrames();
  expect(document.activeElement).toBe(document.body);
});

/** And what was asked for before them; the observer speaks before the first. */
async function twoFrames(): Promise<void> {
  await Promise.resolve();
  for (const _ of [1, 2, 3]) await new Promise((resolve) => requestAnimationFrame(resolve));
}
