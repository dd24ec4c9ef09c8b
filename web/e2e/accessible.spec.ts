// Every screen, in both themes and both languages, against WCAG A and AA; and that the choice of each is kept.
import { expect, expectAccessible, NONSENSE, test } from './fixtures';

for (const lang of ['zh', 'en'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    const look = `lang=${lang}&theme=${theme}`;

    test(`start, ${lang}, ${theme}`, async ({ page }) => {
      await page.goto(`/?${look}`);
      await expect(page.locator('.figures')).toBeVisible();
      await expectAccessible(page);
    });

    test(`search, its keys and a document, ${lang}, ${theme}`, async ({ page }) => {
      await page.goto(`/search?q=${encodeURIComponent('采煤机')}&${look}`);
      await expect(page.locator('.hit mark').first()).toBeVisible();
      await expect(page.locator('.reader h2')).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.locator('.hit h3 a').first().click();
      await expect(page.locator('.margin a').first()).toBeVisible();
      await expectAccessible(page);
    });

    test(`empty result and imports, ${lang}, ${theme}`, async ({ page }) => {
      await page.goto(`/search?q=${encodeURIComponent(NONSENSE)}&${look}`);
      await expect(page.locator('.empty')).toBeVisible();
      await expectAccessible(page);
      await page.goto(`/imports?${look}`);
      await expect(page.locator('form.new')).toBeVisible();
      await expectAccessible(page);
    });
  }
}

test('language and theme are kept, and a link overrides them', async ({ page }) => {
  const root = page.locator('html');
  await page.goto('/?lang=zh&theme=light');
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await page.getByRole('button', { name: 'Switch to dark' }).click();
  await expect(root).toHaveAttribute('lang', 'en');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect(page).not.toHaveURL(/lang=/);
  await page.goto('/imports');
  await expect(page.getByRole('heading', { name: 'Data and imports' })).toBeVisible();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.goto('/imports?lang=zh&theme=light');
  await expect(page.getByRole('heading', { name: '数据与导入' })).toBeVisible();
  await expect(root).toHaveAttribute('data-theme', 'light');
});
