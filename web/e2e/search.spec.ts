// Start, search, document: the way of a reader, by mouse and by keyboard.
import { expect, expectAccessible, NONSENSE, test } from './fixtures';

const hits = '.hit';

test('start: a query in the box leads to hits', async ({ page }) => {
  await page.goto('/?lang=zh');
  await expect(page).toHaveTitle('patnav 专利导航');
  await expect(page.getByRole('contentinfo')).toContainText('快照');
  const box = page.getByRole('textbox', { name: '检索' });
  await box.fill('采煤机');
  await expect(page.getByText('识别为：技术描述')).toBeVisible();
  await box.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=/);
  await expect(page.locator(hits).first()).toBeVisible();
});

for (const q of ['采煤机', 'hydrogen storage']) {
  test(`search: ${q} gives families with marked sentences and totals`, async ({ page }) => {
    await page.goto(`/search?lang=zh&q=${encodeURIComponent(q)}`);
    await expect(page.locator(hits).first()).toBeVisible();
    await expect(page.locator(`${hits} mark`).first()).toBeVisible();
    await expect(page.locator('.totals')).toContainText(/\d 个专利族/);
    await expect(page.locator('.totals')).toContainText(/\d 件文献/);
    await expect(page.locator('.reading code')).not.toBeEmpty();
  });
}

test('search: marks show the words of the query, not shifted ones', async ({ page }) => {
  await page.goto(`/search?q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(`${hits} mark`).first()).toBeVisible();
  const marked = await page.locator(`${hits} [lang="zh-CN"] mark`).allTextContents();
  expect(marked.length).toBeGreaterThan(0);
  // A shift by one unit would cut a character off on one side and take a foreign one on the other.
  expect(marked.some((text) => text.includes('采煤机'))).toBe(true);
});

test('search: a concept can be switched off', async ({ page }) => {
  await page.goto(`/search?q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(`${hits} mark.c1`).first()).toBeVisible();
  await page.locator('.concept').first().click();
  await expect(page.locator(`${hits} mark.c1`)).toHaveCount(0);
});

test('search: nonsense gives the empty state with its reason', async ({ page }) => {
  await page.goto(`/search?lang=en&q=${encodeURIComponent(NONSENSE)}`);
  await expect(page.getByRole('heading', { name: 'No document matches' })).toBeVisible();
  await expect(page.locator(hits)).toHaveCount(0);
});

test('search: keys walk through hits, open one, and come back', async ({ page }) => {
  await page.goto(`/search?lang=en&q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(hits).first()).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('j');
  await expect(page.locator(hits).nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(page).toHaveURL(/hit=/);
  await page.keyboard.press('k');
  await expect(page.locator(hits).first()).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('.reader h2')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(hits).nth(1)).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/doc\//);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Back to results' }).click();
  await expect(page.locator(hits).nth(1)).toHaveAttribute('aria-current', 'true');
});

test('search: the slash goes to the box, the question mark shows the keys, letters in the box stay letters', async ({ page }) => {
  await page.goto(`/search?lang=en&q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(hits).first()).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('/');
  const box = page.getByRole('textbox', { name: 'Search' });
  await expect(box).toBeFocused();
  await page.keyboard.type('jk?');
  await expect(box).toHaveValue('jk?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('search: Enter inside a composition does not search', async ({ page }) => {
  await page.goto('/search?lang=zh');
  const box = page.getByRole('textbox', { name: '检索' });
  await box.fill('caimeiji');
  await box.evaluate((element) =>
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true })),
  );
  await expect(page).not.toHaveURL(/q=/);
  await box.press('Enter');
  await expect(page).toHaveURL(/q=caimeiji/);
});

test('search: more brings the next page and keeps the first', async ({ page }) => {
  await page.goto(`/search?lang=en&collapse=none&q=${encodeURIComponent('hydrogen OR 采煤机 OR storage')}`);
  await expect(page.locator(hits).first()).toBeVisible();
  const more = page.getByRole('button', { name: /Show \d+ more/ });
  const first = await page.locator(`${hits} h3 a`).first().getAttribute('href');
  const before = await page.locator(hits).count();
  await expect(more).toBeVisible();
  await more.click();
  await expect.poll(() => page.locator(hits).count()).toBeGreaterThan(before);
  expect(await page.locator(`${hits} h3 a`).first().getAttribute('href')).toBe(first);
  const links = await page.locator(`${hits} h3 a`).evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(new Set(links).size).toBe(links.length);
});

test('search: order and filters are in the link', async ({ page }) => {
  await page.goto(`/search?lang=en&collapse=none&q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(hits).first()).toBeVisible();
  await page.getByLabel('Sort').selectOption('newest');
  await expect(page).toHaveURL(/sort=newest/);
  // What is near in meaning only follows the matching set, in an order of its own.
  await expect(async () => {
    const dates = await page.locator(`${hits}:not(:has(.near)) .date`).allTextContents();
    expect(dates.length).toBeGreaterThan(1);
    expect(dates).toEqual(dates.toSorted().reverse());
  }).toPass({ timeout: 15_000 });
  await page.goBack();
  await expect(page.getByLabel('Sort')).toHaveValue('relevance');
});

test('search: a facet narrows the result and is in the link', async ({ page }) => {
  await page.goto(`/search?lang=en&q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(hits).first()).toBeVisible();
  const facet = page.locator('.facets').getByRole('checkbox').first();
  await facet.check();
  await expect(page).toHaveURL(/[?&](country|applicant|class)=/);
  await expect(facet).toBeChecked();
  await page.goBack();
  await expect(facet).not.toBeChecked();
});

test('document: title, claims with independent ones marked, bibliography, similar documents', async ({ page }) => {
  await page.goto(`/search?lang=en&q=${encodeURIComponent('采煤机')}`);
  await page.locator(`${hits} h3 a`).first().click();
  await expect(page).toHaveURL(/\/doc\//);
  await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
  await expect(page.locator('.claims li.independent').first()).toBeVisible();
  await expect(page.locator('.claims li:not(.independent)').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Bibliography' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Legal events' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sources' })).toBeVisible();
  const similar = page.locator('.margin section').filter({ hasText: 'Similar documents' });
  await expect(similar.getByRole('link').first()).toBeVisible();
  const description = page.getByRole('button', { name: /Show the description/ });
  if (await description.count()) {
    await description.click();
    await expect(page.getByRole('button', { name: 'Hide the description' })).toHaveAttribute('aria-expanded', 'true');
  }
});

test('document: the similar ones lead on, and are of other families', async ({ page }) => {
  await page.goto(`/search?lang=zh&q=${encodeURIComponent('采煤机')}`);
  await page.locator(`${hits} h3 a`).first().click();
  await expect(page).toHaveURL(/\/doc\//);
  const before = await page.getByRole('heading', { level: 1 }).textContent();
  const similar = page.locator('.margin section').filter({ hasText: '相似文献' });
  await expect(similar.locator('li')).toHaveCount(8);
  const numbers = await similar.locator('.facts .mono').allTextContents();
  const family = await page.locator('.margin section').filter({ hasText: '同族号' }).textContent();
  expect(numbers.filter((number) => family?.includes(number))).toEqual([]);
  const columnsTooWide = await page.locator('.view, .margin').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className));
  expect(columnsTooWide).toEqual([]);
  await similar.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(before ?? '');
  await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
});

test('search: what is wrong in a query is marked where it is, and told', async ({ page, guard }) => {
  guard.allow(/400 \(Bad Request\).*\/search/);
  // The character before the faults takes two units of JavaScript and four bytes: wrong units would shift the marks.
  await page.goto(`/search?lang=zh&q=${encodeURIComponent('ab=𠮷 AND xx=采煤机 AND tii=滚筒')}`);
  const banner = page.getByRole('alert');
  await expect(banner).toContainText('检索式有误');
  await expect(banner.locator('code u')).toHaveText(['xx', 'tii']);
  await expect(banner.locator('code')).toHaveText('ab=𠮷 AND xx=采煤机 AND tii=滚筒');
  await expect(banner.locator('li')).toHaveCount(2);
  await expect(banner.locator('li').nth(1)).toContainText('ti');
  await expectAccessible(page);
});

test('document: one that is not there says so', async ({ page, guard }) => {
  guard.allow(/404 \(Not Found\).*\/documents\//);
  await page.goto('/doc/XX000000000A?lang=en');
  await expect(page.getByRole('heading', { name: 'This document is not in the snapshot' })).toBeVisible();
});

test('search: a failure keeps the last answer in sight and offers to try again', async ({ page, guard }) => {
  guard.allow(/503 \(Service Unavailable\)/);
  await page.goto(`/search?lang=en&q=${encodeURIComponent('采煤机')}`);
  await expect(page.locator(hits).first()).toBeVisible();
  await page.route('**/api/v1/search', (route) =>
    route.fulfill({ status: 503, contentType: 'application/json', body: JSON.stringify({ error: { code: 'unavailable', message: 'raw words of the server' } }) }),
  );
  await page.getByLabel('Sort').selectOption('oldest');
  const banner = page.getByRole('alert');
  await expect(banner).toContainText('The server is busy');
  await expect(banner).toContainText('previous result');
  await expect(banner).not.toContainText('raw words');
  await expect(page.locator(hits).first()).toBeVisible();
  await page.unroute('**/api/v1/search');
  await banner.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('search: a slow answer shows its time and can be cancelled', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/api/v1/search', async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await page.goto(`/search?lang=en&q=${encodeURIComponent('采煤机')}`);
  await expect(page.getByText(/Searching for \d+ s/)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert')).toContainText('The search was cancelled');
  release();
  await page.unroute('**/api/v1/search');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator(hits).first()).toBeVisible();
});

test('start: without data it says what to run', async ({ page, guard }) => {
  guard.allow(/404 \(Not Found\)/);
  await page.route('**/api/v1/snapshot', (route) =>
    route.fulfill({ status: 404, contentType: 'application/json', body: JSON.stringify({ error: { code: 'no_snapshot', message: 'nothing is indexed' } }) }),
  );
  await page.goto('/?lang=en');
  await expect(page.getByText('patnav demo')).toBeVisible();
  await expect(page.getByText('patnav index /path/to/patents')).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('No data');
});
