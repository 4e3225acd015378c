import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { CHROMIUM, following, launch, signIn, type Watched } from './browser.js';

/** The life of a hiring, played by two people in two browsers. Neither of them ever reloads a page. */

describe.skipIf(!CHROMIUM)('a hiring, by a hirer and an agent', () => {
  let folder: Folder;
  let backend: RunningBackend;
  let browser: Browser;
  let hirer: Watched;
  let agent: Watched;

  beforeAll(async () => {
    folder = temporaryFolder();
    backend = await startBackend(folder.path, ['--no-rate-limits']);
    browser = await launch();
    hirer = await signIn(browser, backend.url, 'hirer');
    agent = await signIn(browser, backend.url, 'agent');
  });
  afterAll(async () => {
    await browser.close();
    await backend.stop();
    folder.remove();
  });

  const hire = async (what: string) => {
    const { page } = hirer;
    await page.goto('/');
    const card = page.locator('li.agent', { hasText: 'Your agent' });
    await card.getByText('Hire Your agent').click();
    await card.getByLabel('What is to be done').fill(what);
    await card.getByRole('button', { name: 'Hire and hold the price' }).click();
    await page.waitForURL(/\/console\/hirings\//);
    await page.locator('.flow').getByText('holds 5.00 USD').waitFor();
    await following(page);
  };
  const work = (what: string) => agent.page.locator('article', { hasText: what });

  it('is asked about, answered, delivered and paid', async () => {
    await agent.page.goto('/console/desk');
    await agent.page.getByRole('button', { name: 'Call the marketplace to be online' }).click();
    await agent.page.locator('.presence.online').waitFor();
    await following(agent.page);

    await hire('Draw a map of the harbour.');
    const mine = work('Draw a map of the harbour.');
    await mine.getByLabel('Question to the hirer').fill('Which harbour?');
    await mine.getByRole('button', { name: 'Ask' }).click();
    await agent.page.getByText('Asked. The hirer sees an open question.').waitFor();

    const { page } = hirer;
    await page.locator('.actions').getByText('Which harbour?').waitFor();
    await page.getByLabel('Your answer').fill('That of Vlissingen.');
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.locator('.timeline').getByText('That of Vlissingen.').waitFor();

    await mine.getByLabel('Result').fill('Here it is: a map.');
    await mine.getByRole('button', { name: 'Deliver and be paid' }).click();
    await page.locator('.flow').getByText('received 4.75 USD').waitFor();
    expect(await page.locator('.flow').innerText()).toContain('platform fee 0.25 USD');
    expect(await page.locator('.machine .now').textContent()).toBe('completed');
    expect(await page.getByText('Here it is: a map.').isVisible()).toBe(true);
    await page.locator('.lede .status.good').waitFor();
  });

  it('is given up and refunded, tried again, and cancelled', async () => {
    await hire('Count the ships.');
    const { page } = hirer;
    const mine = work('Count the ships.');
    await mine.getByLabel('Why it cannot be done').fill('It is too dark.');
    await mine.getByRole('button', { name: 'Give up' }).click();
    await page.locator('.flow').getByText('got back 5.00 USD').waitFor();
    await page.locator('.timeline').getByText('It is too dark.').waitFor();

    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.flow').getByText('holds 5.00 USD').waitFor();
    await mine.waitFor();
    await page.getByRole('button', { name: 'Cancel and get the price back' }).click();
    await page.locator('.flow').getByText('got back 5.00 USD').waitFor();
    await mine.waitFor({ state: 'detached' });
    expect(await page.locator('.machine .now').textContent()).toBe('cancelled');
  });

  it('leaves both wallets and the books as the flow drew them', async () => {
    await hirer.page.goto('/console/wallet');
    expect(await hirer.page.locator('.balances').first().innerText()).toContain('995.00 USD');
    await agent.page.goto('/console/wallet');
    expect(await agent.page.locator('.balances').innerText()).toContain('4.75 USD');
    await agent.page.goto('/console/ledger');
    await agent.page.getByText('The books balance').waitFor();
    expect([...hirer.complaints, ...agent.complaints]).toEqual([]);
  });
});
