import { expect, test } from 'vitest';
import { leaveDeadLetters } from './leave-dead-letters.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';

await leaveDeadLetters(['jupiter', 'saturn']);
const page = await openPage('/');

const drawerOf = (id: string) => page.getByRole('dialog', { name: `push of ${id}, attempt 1` });

async function drop(id: string): Promise<void> {
  await drawerOf(id).getByRole('button', { name: 'Drop…' }).click();
  const ask = page.getByRole('alertdialog', { name: 'Drop the callback?' });
  await ask.getByText(`push of ${id}, attempt 1`).waitFor();
  await expectAccessible(page);
  await ask.getByRole('button', { name: 'Drop it' }).click();
  await page.getByText(`Dropped push of ${id}, attempt 1.`).waitFor();
}

test('a callback that came too late is counted, shown with its body, and stays when it still cannot be used', async () => {
  await page.getByRole('link', { name: 'Dead letters 2' }).click();
  await page.getByRole('heading', { level: 1, name: 'Dead letters' }).waitFor();
  const row = page.getByRole('row', { name: /saturn/ });
  await expectAccessible(page);
  await takePictures(page, 'dead-letters-some');
  await row.getByRole('link', { name: /run is over/ }).click();
  await drawerOf('saturn').getByText('"Pushed saturn."').waitFor();
  await drawerOf('saturn').getByRole('button', { name: 'Requeue' }).click();
  await drawerOf('saturn').getByRole('alert').getByText('It was not requeued and stays here').waitFor();
  await expectAccessible(page);
  // What lies beside the page for a scrollbar is dimmed by it, and only while something lies over the page.
  const groundIsPage = () =>
    page.evaluate(() => {
      const [ground, own] = [document.documentElement, document.body].map(
        (of) => getComputedStyle(of).backgroundColor,
      );
      return own === ground || own === 'rgba(0, 0, 0, 0)';
    });
  expect(await groundIsPage()).toBe(false);
  await takePictures(page, 'dead-letter-drawer');
  await page.keyboard.press('Escape');
  await drawerOf('saturn').waitFor({ state: 'hidden' });
  expect(await groundIsPage()).toBe(true);
  expect(await row.count()).toBe(1);
});

test('it is opened by the keyboard alone, and a reload keeps it open', async () => {
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.reload();
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('it is dropped by its name, and without any the navigation is quiet', async () => {
  for (const id of ['saturn', 'jupiter']) {
    await page
      .getByRole('row', { name: new RegExp(id) })
      .getByRole('link', { name: /run is over/ })
      .click();
    await drop(id);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const goesOnAt = id === 'saturn' ? /run is over/ : /^Dead letters$/;
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(goesOnAt);
  }
  await page.getByText('No dead letters', { exact: true }).waitFor();
  await page.getByRole('link', { name: /^Dead letters/ }).waitFor({ state: 'hidden' });
  await takePictures(page, 'dead-letters-none');
});
