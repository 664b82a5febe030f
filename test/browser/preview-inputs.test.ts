import type { components } from '@loom/api';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { startWorker } from './stage.ts';

type Schemas = components['schemas'];
const MIGRATION = 'kitchen';

/** One step changes files, one would fail, one has nothing to do. */
function steps({ inputs }: Schemas['DryRunRequest']): Schemas['DryRunStep'][] {
  const { salt } = inputs;
  const file = { repo: 'acme/recipes', status: 'modified' as const };
  return [
    {
      name: 'cook',
      message: `Cooks with ${salt} g of salt.`,
      changes: [
        { ...file, path: 'soup.md', before: '# Soup\n\nSalt: 1 g\n', after: `# Soup\n\nSalt: ${salt} g\n` },
        { ...file, path: 'long.txt', before: '', after: 'One more line.\n'.repeat(500), status: 'new' },
      ],
    },
    { name: 'taste', error: 'Nobody is hungry.' },
    { name: 'serve', message: 'It is served already.' },
  ];
}

const worker = await startWorker({
  ...{ id: MIGRATION, steps: ['cook', 'taste', 'serve'], candidates: [{ id: 'soup' }] },
  requiredInputs: [{ name: 'salt', label: 'Salt', type: 'number', required: true }],
  capabilities: { dryRun: true },
  onDispatch: () => ({ status: 202 }),
  onRequest: (path, body) =>
    path === '/dry-run'
      ? { status: 200, body: { steps: steps(body as Schemas['DryRunRequest']) } }
      : { status: 404 },
});
const page = await openPage(`/migrations/${MIGRATION}`);

const salt = () => page.getByRole('textbox', { name: 'Salt' });
const outline = () => page.getByRole('navigation', { name: 'Steps of the preview' });

test('a preview that needs inputs waits for them, and says which are wrong', async () => {
  await page.getByRole('link', { name: 'Preview soup' }).click();
  await page.getByText('Nothing is previewed yet').waitFor();
  await takePictures(page, 'preview-needs-inputs');
  await salt().fill('much');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await page.locator('[aria-invalid]').waitFor();
  await salt().fill('5');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await page.getByText('Cooks with 5 g of salt.').waitFor();
});

test('it shows what each step would do, what would fail, and folds what is long', async () => {
  await page.getByText('taste would fail').waitFor();
  await page.getByText('Nobody is hungry.').waitFor();
  await page.getByText('It is served already.').waitFor();
  await page.getByText(/changed lines are folded away/).waitFor();
  const long = page.getByRole('button', { name: 'long.txt' });
  expect(await long.getAttribute('aria-expanded')).toBe('false');
  await long.click();
  await page.getByText('One more line.').first().waitFor();
  await long.click();
  await page.getByText('One more line.').first().waitFor({ state: 'hidden' });
  await outline()
    .getByRole('link', { name: /^serve/ })
    .click();
  await expect.poll(() => new URL(page.url()).hash).toBe('#step-serve');
  await expectAccessible(page);
  await takePictures(page, 'preview-would-fail');
});

test('it is run again with another input, and the one before is a step back', async () => {
  await salt().fill('7');
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByText('Cooks with 7 g of salt.').waitFor();
  await page.goBack();
  await page.getByText('Cooks with 5 g of salt.').waitFor();
  await page.goForward();
  await page.getByText('Cooks with 7 g of salt.').waitFor();
  await page.reload();
  await page.getByText('Cooks with 7 g of salt.').waitFor();
});

test('a run is started with exactly the inputs of the preview', async () => {
  // What was typed since is not what was previewed.
  await salt().fill('9');
  await page.getByText(/What was changed above since is not in this preview/).waitFor();
  await expectAccessible(page);
  await takePictures(page, 'preview-inputs-changed');
  await page.getByRole('button', { name: 'Start with the previewed inputs' }).click();
  await page.getByRole('heading', { level: 1, name: 'soup', exact: true }).waitFor();
  await page.getByText('Started soup.').waitFor();
  const dispatch = await until('the dispatch', async () => worker.deliveries[0]);
  expect(dispatch.inputs).toEqual({ salt: 7 });
});
