// End-to-end tests in the Chromium of the system.
//
// Three ways to run: against the real binary, which this file starts (default); against a server that runs
// already (`PATNAV_URL`); against the small mock (`PATNAV_MOCK=1`), for work on the page without a Rust build.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

const port = process.env.PATNAV_PORT ?? '18431';
const running = process.env.PATNAV_URL;
const baseURL = running ?? `http://127.0.0.1:${port}`;
const mock = process.env.PATNAV_MOCK === '1';

function command(): string {
  if (mock) return `node test/mock.mjs --port ${port}`;
  // Workers evaluate this file again and inherit the environment: one folder for the whole run.
  process.env.PATNAV_E2E_DATA ??= mkdtempSync(join(tmpdir(), 'patnav-e2e-'));
  const binary = process.env.PATNAV_BIN ?? 'target/debug/patnav';
  return `cd .. && ${binary} demo --data ${process.env.PATNAV_E2E_DATA} --listen 127.0.0.1:${port}`;
}

export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    baseURL,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: running
    ? undefined
    : {
        command: command(),
        url: `${baseURL}/api/v1/snapshot`,
        // Indexing the fixtures with a debug build takes a while on two cores.
        timeout: 600_000,
        reuseExistingServer: false,
        stdout: 'ignore',
        stderr: 'pipe',
      },
});
