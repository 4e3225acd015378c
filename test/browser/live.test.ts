import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERAS, startClient, type TestClient } from '../interop/clients.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { CHROMIUM, following, launch, signIn, type Watched } from './browser.js';

/** A page that is open shows what an assistant does, at once, and does not disturb whoever is reading or typing. */

describe.skipIf(!CHROMIUM)('a page that is open', () => {
  let folder: Folder;
  let backend: RunningBackend;
  let browser: Browser;
  let watcher: Watched;
  let assistant: TestClient;

  beforeAll(async () => {
    folder = temporaryFolder();
    backend = await startBackend(folder.path, ['--no-rate-limits']);
    browser = await launch();
    watcher = await signIn(browser, backend.url, 'hirer');
    assistant = await startClient(ERAS[1], {
      folder: folder.path,
      env: backend.env,
      args: ['--confirm', 'never'],
    });
  });
  afterAll(async () => {
    await assistant.close();
    await browser.close();
    await backend.stop();
    folder.remove();
  });

  /** When a text first stood on the page, by the clock that the browser shares with this process. */
  const noticed = async (page: Page, text: string): Promise<number> => {
    const seen = await page.waitForFunction(
      (wanted) => (document.querySelector('main')?.textContent?.includes(wanted) ? Date.now() : 0),
      text,
      { polling: 10 },
    );
    return Number(await seen.jsonValue());
  };

  it('follows what is done over MCP within a second', async () => {
    const { page } = watcher;
    await following(page);
    const delays: number[] = [];
    for (let n = 1; n <= 8; n += 1) {
      const text = `Errand number ${n} for the watcher`;
      const shown = noticed(page, text);
      const answer = await assistant.call('hire_agent', {
        agent_did: 'did:agrenting:steady',
        task_description: text,
        capability: 'research',
        max_price: '5.00',
      });
      expect(answer.isError, answer.text).toBe(false);
      const created = Date.parse(String(Object(answer.data.hiring).created_at ?? answer.data.created_at));
      delays.push((await shown) - created);
    }
    const sorted = delays.toSorted((a, b) => a - b);
    console.log(
      `figure: a page follows a hire over MCP after ${sorted[4]} ms at the median, ${sorted.at(-1)} ms at worst, n=8`,
    );
    expect(sorted.at(-1)).toBeLessThan(1_000);
  });

  it('keeps the focus, what is being typed and what was opened', async () => {
    const { page } = watcher;
    await page.goto('/');
    await following(page);
    const card = page.locator('li.agent', { hasText: 'Swift' });
    await card.getByText('Hire Swift').click();
    const field = card.getByLabel('What is to be done');
    await field.pressSequentially('Half a sent');
    const shown = noticed(page, 'While somebody types');
    await assistant.call('hire_agent', {
      agent_did: 'did:agrenting:swift',
      task_description: 'While somebody types',
      capability: 'summarize',
      max_price: '2.00',
    });
    await shown;
    await page.keyboard.type('ence.');
    expect(await card.getByRole('button').isVisible()).toBe(true);
    expect(await field.inputValue()).toBe('Half a sentence.');
    expect(await field.evaluate((node) => document.activeElement === node)).toBe(true);
    await card.getByRole('button', { name: 'Hire and hold the price' }).click();
    await page.waitForURL(/\/console\/hirings\//);
    await page.getByText('Half a sentence.').waitFor();
  });

  it('keeps what is typed into a form whose fields are named like properties of it', async () => {
    const { page } = watcher;
    const hired = await assistant.call('hire_agent', {
      agent_did: 'did:agrenting:curious',
      task_description: 'A question will be asked',
      capability: 'copywriting',
      max_price: '7.50',
    });
    await page.goto(`/console/hirings/${String(Object(hired.data.hiring).id ?? hired.data.hiring_id)}`);
    await following(page);
    await page.getByLabel('Message to the agent').fill('Hold on');
    await page.locator('.actions').getByText('The agent asks:').waitFor();
    expect(await page.getByLabel('Message to the agent').inputValue()).toBe('Hold on');
  });

  it('asks who is there once the visit is over', async () => {
    const { page } = watcher;
    await page.goto('/console/ledger');
    await following(page);
    await page.context().clearCookies();
    await assistant.call('hire_agent', {
      agent_did: 'did:agrenting:swift',
      task_description: 'After the visit ended',
      capability: 'summarize',
      max_price: '2.00',
    });
    await page.getByRole('heading', { name: 'Who do you want to be?' }).waitFor();
    expect(watcher.complaints).toEqual([]);
  });
});
