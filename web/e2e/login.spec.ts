// A server with accounts: the login view in place of the screen, in both languages, and the way out again.
// The server is one of its own, over an empty folder.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, expectAccessible, test } from './fixtures';

const port = Number(process.env.PATNAV_PORT ?? '18431') + 1;
const baseURL = `http://127.0.0.1:${port}`;
const password = 'correct horse battery staple';

test.skip(process.env.PATNAV_MOCK === '1', 'the mock has no accounts');
test.use({ baseURL });

let server: ChildProcess;
let data: string;

test.beforeAll(async () => {
  const binary = resolve(import.meta.dirname, '../..', process.env.PATNAV_BIN ?? 'target/debug/patnav');
  data = mkdtempSync(join(tmpdir(), 'patnav-e2e-login-'));
  execFileSync(binary, ['user', 'add', 'zhou', '--admin', '--data', data], { input: `${password}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
  server = spawn(binary, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
  await expect.poll(() => fetch(`${baseURL}/api/v1/health`).then(({ ok }) => ok, () => false), { timeout: 30_000 }).toBe(true);
});

test.afterAll(async () => {
  const ended = new Promise((done) => server.once('exit', done));
  server.kill();
  await ended;
  rmSync(data, { recursive: true });
});

test('login: a wrong password is refused, the right one opens the page that the link led to, and one can log out', async ({ page, guard }) => {
  guard.allow(/401 \(Unauthorized\)/);
  // The folder is empty: what the open page says is that there is no data.
  guard.allow(/404 \(Not Found\).*\/snapshot/);
  await page.goto('/imports?lang=en');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Name').fill('zhou');
  await page.getByLabel('Password').fill('wrong password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('Name or password is wrong');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Data and imports' })).toBeVisible();
  await expect(page).toHaveURL(/\/imports/);
  await expect(page.getByRole('contentinfo')).toContainText('No data');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Data and imports' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
  await page.goto('/?lang=zh&theme=dark');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await expect(page.getByLabel('用户名')).toBeVisible();
  await expectAccessible(page);
});
