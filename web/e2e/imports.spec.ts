// Imports: the form, the jobs, and what is said about them. The course of a job is made here, so that it stands still
// where the test looks; a real one is in `write.spec.ts`.
import { expect, test } from './fixtures';

const progress = { done: 1200, total: 4000, unit: 'documents', rate_per_s: 400, seconds_left: 7, stage: 'indexing' };
const result = { snapshot: '000009', records: 4000, publications: 3990, by_format: { 'lens-csv': 3990 }, diagnostics: { date: 12 } };
const times = { created: '2025-11-20T08:00:00Z', updated: '2025-11-20T08:00:03Z' };

test('an import starts, shows progress, is cancelled, and figures of a finished one are shown', async ({ page }) => {
  let state: string | undefined;
  const sent: unknown[] = [];
  const running = () => ({ id: 'b', kind: 'import', state, progress, ...times });
  const done = { id: 'a', kind: 'import', state: 'done', progress: { ...progress, done: 4000, seconds_left: 0 }, result, ...times };
  await page.route('**/api/v1/jobs', (route) => route.fulfill({ json: { jobs: state ? [running(), done] : [done] } }));
  await page.route('**/api/v1/jobs/b/cancel', (route) => {
    state = 'cancelled';
    return route.fulfill({ json: running() });
  });
  await page.route('**/api/v1/imports', (route) => {
    sent.push(route.request().postDataJSON());
    state = 'running';
    return route.fulfill({ status: 202, json: { job: 'b' } });
  });

  await page.goto('/imports?lang=en');
  await expect(page.locator('.job')).toHaveCount(1);
  await expect(page.locator('.job')).toContainText('3,990');
  await expect(page.locator('.job')).toContainText('Date');

  await page.getByRole('button', { name: 'Start import' }).click();
  await expect(page.getByText('Give at least one path')).toBeVisible();
  expect(sent).toEqual([]);

  await page.getByLabel('Files or folders on the server').fill('/data/one\n  /data/two.zip \n\n');
  await page.getByRole('button', { name: 'Start import' }).click();
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '30');
  expect(sent).toEqual([{ paths: ['/data/one', '/data/two.zip'] }]);
  await expect(page.getByText('400 documents a second')).toBeVisible();
  await expect(page.getByText('about 7 s left')).toBeVisible();

  await page.getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.locator('.job').first()).toContainText('Cancelled');
});

test('stages that count bytes show amounts of data', async ({ page }) => {
  const reading = { done: 12_500_000, total: 40_000_000, unit: 'bytes', rate_per_s: 3_210_000, seconds_left: 9, stage: 'reading' };
  const job = { id: 'c', kind: 'import', state: 'running', progress: reading, ...times };
  await page.route('**/api/v1/jobs', (route) => route.fulfill({ json: { jobs: [job] } }));
  await page.goto('/imports?lang=zh');
  await expect(page.locator('.job')).toContainText('读取');
  await expect(page.locator('.job')).toContainText('13 MB / 40 MB');
  await expect(page.locator('.job')).toContainText('每秒 3.2 MB');
});

test('the server answers the job list', async ({ page }) => {
  await page.goto('/imports?lang=en');
  await expect(page.getByRole('heading', { name: 'Data and imports' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
