// Takes the pictures of the README from a running server: `PATNAV_URL=http://127.0.0.1:7878 npm run pictures`.
//
// The server must hold the synthetic corpus and nothing else (`patnav demo` on a fresh folder).
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const base = process.env.PATNAV_URL ?? 'http://127.0.0.1:7878';
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });

async function take(name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: fileURLToPath(new URL(`../pictures/${name}.png`, import.meta.url)), animations: 'disabled' });
}

await page.goto(`${base}/search?lang=zh&theme=light&q=${encodeURIComponent('采煤机 AND 煤岩')}`);
await page.locator('.hit mark').first().waitFor();
await page.locator('.reader-column .claims li').first().waitFor();
await take('search-zh');

const query = encodeURIComponent('hydrogen storage');
await page.goto(`${base}/search?lang=en&theme=dark&country=WO&q=${query}`);
await page.locator('.hit h3 a').first().click();
await page.locator('.margin .how').waitFor();
await page.locator('.margin li a').first().waitFor();
await take('document-en');
await browser.close();
