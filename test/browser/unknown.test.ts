import { expect, test } from 'vitest';
import { expectAccessible, openPage, takePictures } from './open-page.ts';
import { untilDiscovered } from './stage.ts';

const NO_ID = '01931f6a-2c9b-7d53-9b3a-1f2f3a4b5c6d';

await untilDiscovered('app-chart');
const page = await openPage('/');

const CANDIDATE = '/migrations/app-chart/candidates/billing';

/** Addresses that lead to nothing, what is said there, and where the way out leads. */
const places = [
  {
    ...{ what: 'migration', path: '/migrations/nowhere', says: 'There is no migration nowhere' },
    ...{ out: 'See the migrations', to: 'Home' },
  },
  {
    ...{ what: 'candidate', path: '/migrations/app-chart/candidates/nobody' },
    ...{
      says: 'There is no candidate nobody',
      out: 'See the candidates',
      to: 'A chart for each application',
    },
  },
  {
    ...{ what: 'run', path: `${CANDIDATE}?run=${NO_ID}`, says: 'This run is not known' },
    ...{ out: 'Show the newest run', to: 'billing' },
  },
  {
    ...{ what: 'preview', path: `${CANDIDATE}/preview?dryRun=${NO_ID}`, says: 'This preview is not known' },
    ...{ out: 'Preview anew', to: 'Preview of billing' },
  },
] as const;

test.each(places)(
  'a $what that is not known is said, and leads out',
  async ({ what, path, says, out, to }) => {
    await page.goto(path);
    await page.getByText(says).first().waitFor();
    await expectAccessible(page);
    await takePictures(page, `unknown-${what}`);
    await page.getByRole('link', { name: out }).click();
    await page.getByText(says).first().waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 1, name: to }).waitFor();
  },
);

/** Drawers over a list that is there. */
const drawers = [
  { what: 'delivery', path: `/deliveries?delivery=${NO_ID}`, says: 'This delivery is no longer kept' },
  {
    what: 'dead letter',
    path: `/dead-letters?letter=${'0'.repeat(32)}`,
    says: 'It is no dead letter any more',
  },
  { what: 'instance', path: '/workers?app=hello-world&instance=gone-1', says: 'This instance is gone' },
] as const;

test.each(drawers)('a $what that is not known is said beside the list', async ({ what, path, says }) => {
  await page.goto(path);
  const drawer = page.getByRole('dialog');
  await drawer.getByText(says).waitFor();
  await expectAccessible(page);
  await takePictures(page, `unknown-${what.replace(' ', '-')}`);
  await drawer.getByRole('button', { name: 'Close' }).last().click();
  await drawer.waitFor({ state: 'hidden' });
  expect([...new URL(page.url()).searchParams.keys()]).toEqual([]);
});
