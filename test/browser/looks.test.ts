import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_NAMES } from '../../src/backend/console/roles.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { CHROMIUM, launch, signIn } from './browser.js';
import { tellStory } from './story.js';

/** What everybody must be able to read: every page for every role, in both themes, on a telephone and on a wide screen. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
] as const;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe has against a page, by every rule that it knows. */
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate<Violation[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

describe.skipIf(!CHROMIUM)('every page', () => {
  let folder: Folder;
  let backend: RunningBackend;
  let browser: Browser;
  let paths: readonly string[];

  beforeAll(async () => {
    folder = temporaryFolder();
    backend = await startBackend(folder.path, ['--no-rate-limits']);
    browser = await launch();
    paths = await tellStory(backend);
  });
  afterAll(async () => {
    await browser.close();
    await backend.stop();
    folder.remove();
  });

  /** What looks different for a role; the hirer is shown everything. */
  const pagesOf = (role: string): readonly string[] =>
    role === 'hirer'
      ? [...paths, '/console/sign-in']
      : ['/console/desk', ...paths.filter((path) => path.includes('/tasks/')).slice(0, 2)];

  it.each(ROLE_NAMES)('has nothing that axe objects to, and fits on a telephone: %s', async (role) => {
    let looked = 0;
    const lookIn = async (colorScheme: 'light' | 'dark'): Promise<string[]> => {
      const problems: string[] = [];
      const options = { colorScheme, viewport: SIZES[0] };
      const { page, context, complaints } = await signIn(browser, backend.url, role, options);
      for (const path of pagesOf(role)) {
        await page.goto(path);
        looked += 1;
        for (const size of SIZES) {
          await page.setViewportSize(size);
          const wider = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          if (wider !== 0) problems.push(`${path} at ${size.width}: wider than the screen by ${wider}`);
        }
        await page.setViewportSize(SIZES[colorScheme === 'light' ? 0 : 1]);
        await page.evaluate(`${AXE}; 0`);
        problems.push(...(await violations(page)).map((text) => `${path} ${colorScheme}: ${text}`));
      }
      await context.close();
      // The page that is not there says so to the browser as well.
      return [...problems, ...complaints.filter((text) => !text.includes('status of 404'))];
    };
    const problems = (await Promise.all([lookIn('light'), lookIn('dark')])).flat();
    console.log(`figure: ${looked} pages as ${role} in both themes, axe objects to ${problems.length} things`);
    expect(problems).toEqual([]);
  });

  it('works without JavaScript, from the keyboard alone', async () => {
    const { page } = await signIn(browser, backend.url, 'hirer', { javaScriptEnabled: false, viewport: SIZES[0] });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('/#content');
    const summary = page.locator('summary', { hasText: 'Hire Swift' });
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Typed without a mouse or a script.');
    for (let stop = 0; stop < 3; stop += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/hirings\//);
    expect(await page.locator('main').innerText()).toContain('Typed without a mouse or a script.');
    expect(await page.locator('#lamp').innerText()).toBe('reload to update');
  });
});
