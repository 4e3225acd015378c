import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A real browser: Debian's chromium, or whatever CHROMIUM names. Where there is none the tests are skipped. */

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place));

if (!CHROMIUM)
  console.log('There is no chromium: the tests of the console in a browser are skipped. CHROMIUM=PATH names one.');

export async function launch(): Promise<Browser> {
  // A browser that runs as root, as in a container, has no sandbox of its own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return await chromium.launch({ executablePath: CHROMIUM ?? '', args });
}

/** What a page should never do: fail, log an error, or ask for anything that is not its own. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
}

/** Somebody who signed in at the console in a browser of their own. */
export async function signIn(
  browser: Browser,
  url: string,
  role: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ baseURL: url, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    const foreign = !request.url().startsWith(url) && !request.url().startsWith('data:');
    if (foreign) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto('/');
  await page.getByRole('button', { name: `as ${role}` }).click();
  await page.waitForURL('/');
  return { page, context, complaints };
}

/** Resolves when the page follows the server by itself. */
export const following = async (page: Page): Promise<void> => {
  await page.locator('#lamp[data-state=live]').waitFor();
};
