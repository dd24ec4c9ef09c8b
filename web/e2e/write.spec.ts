// What changes the data under the server; last by name, so that the other tests see the synthetic corpus alone.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCount } from '../src/lib/format';
import { expect, expectAccessible, test } from './fixtures';

const N_RECORDS = 2_000;

test('a file on the server is imported and its documents are found', async ({ page }) => {
  test.skip(process.env.PATNAV_MOCK === '1', 'the mock reads no files');
  test.skip(process.env.PATNAV_URL !== undefined, 'the data of a server that runs already are not ours to change');
  test.setTimeout(300_000);
  const formatted = formatCount(N_RECORDS, 'zh');
  const file = join(mkdtempSync(join(tmpdir(), 'patnav-e2e-import-')), 'kites.jsonl');
  const record = (serial: number, zh: string, en: string): string =>
    JSON.stringify({
      number: `CN-${199_000_000 + serial}-A`,
      publication_date: '2024-05-07',
      titles: [{ lang: 'zh', text: zh }, { lang: 'en', text: en }],
      abstracts: [{ lang: 'zh', text: `本发明公开了${zh}，骨架可折叠，放飞时自动展开。` }],
    });
  const records = [record(1, '一种折叠风筝骨架', 'Folding kite frame'), record(2, '一种风筝收线轮', 'Reel for a kite line')];
  // So many that the job is still under way when the page asks for the second time, a second after the first.
  for (let i = 3; i <= N_RECORDS; i += 1) records.push(record(i, `一种灯笼支架，型号${i}`, `Lantern stand, model ${i}`));
  writeFileSync(file, `${records.join('\n')}\n`);

  await page.goto(`/search?lang=zh&q=${encodeURIComponent('ti=风筝')}`);
  await expect(page.locator('.totals')).toContainText('0 个专利族');
  const snapshot = await page.getByRole('contentinfo').locator('.mono').textContent();

  await page.getByRole('link', { name: '数据' }).click();
  await page.getByLabel('服务器上的文件或文件夹').fill(file);
  await page.getByRole('button', { name: '开始导入' }).click();
  const job = page.locator('.job').first();
  await expect(job.getByRole('progressbar')).toBeVisible();
  await expect(job).toContainText('已完成', { timeout: 240_000 });
  await expect(job.locator('dl')).toContainText(`记录${formatted}`);
  await expect(job.locator('dl')).toContainText(`文献${formatted}`);
  await expect(job).toContainText('jsonl');
  await expectAccessible(page);

  // The page takes the new snapshot by itself: no reload from here on.
  await expect(page.getByRole('contentinfo').locator('.mono')).not.toHaveText(snapshot ?? '');
  await page.getByRole('textbox', { name: '检索', exact: true }).fill('ti=风筝');
  await page.keyboard.press('Enter');
  await expect(page.locator('.hit h3 a')).toHaveCount(2);
  await page.locator('.hit h3 a').filter({ hasText: '折叠风筝骨架' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('一种折叠风筝骨架');
  await expect(page.locator('#provenance')).toContainText('kites.jsonl');
});
