// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { moveToRow } from './move-to-row.ts';

const focused = () => document.activeElement?.id;

it('j and k walk along the rows and stop at the ends', () => {
  document.body.innerHTML = `<main>
    <ul><li><a id="one" href="#" data-row-link>One</a><button id="act">Act</button></li>
    <li><a id="two" href="#" data-row-link>Two</a></li></ul></main>`;
  moveToRow(-1);
  expect(focused()).toBe('one');
  moveToRow(-1);
  expect(focused()).toBe('one');
  moveToRow(1);
  moveToRow(1);
  expect(focused()).toBe('two');
});

it('go on from the row that holds the focus', () => {
  document.getElementById('act')?.focus();
  moveToRow(1);
  expect(focused()).toBe('two');
});
