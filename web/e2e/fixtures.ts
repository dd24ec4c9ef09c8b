// The test of this folder: every one fails on a page error, a console error, a breach of the content security
// policy, or a request to another origin. A test that provokes an error says which console line it expects.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

interface Guard {
  /** Lets console errors pass that match: the browser logs every answer of 400 and above. */
  allow: (pattern: RegExp) => void;
}

export const test = base.extend<{ guard: Guard }>({
  guard: [
    async ({ page, baseURL }, use) => {
      const faults: string[] = [];
      const allowed: RegExp[] = [];
      const origin = new URL(baseURL ?? '').origin;
      page.on('pageerror', (error) => faults.push(`page error: ${error}`));
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
      });
      await page.exposeFunction('reportViolation', (text: string) => faults.push(`content security policy: ${text}`));
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation;
          report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
        });
      });
      await page.route(
        (url) => /^(https?|wss?):$/.test(url.protocol) && url.origin !== origin,
        (route) => {
          faults.push(`request to another origin: ${route.request().url()}`);
          return route.abort();
        },
      );
      await use({ allow: (pattern) => allowed.push(pattern) });
      expect(faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault)))).toEqual([]);
    },
    { auto: true },
  ],
});

/** Checks the screen as it stands against WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  const told = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join('; ')}`);
  expect(told).toEqual([]);
}

/** A query that no document holds. */
export const NONSENSE = 'zzqxvwwkjq';

export { expect };
