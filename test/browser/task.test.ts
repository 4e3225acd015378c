import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { CHROMIUM, following, launch, signIn, type Watched } from './browser.js';

/** The life of a task, played by a hirer and a human in two browsers at once, with an admin in a third. */

const TITLE = 'Photograph every lighthouse';

describe.skipIf(!CHROMIUM)('a task, by a hirer, a human and an admin', () => {
  let folder: Folder;
  let backend: RunningBackend;
  let browser: Browser;
  let hirer: Watched;
  let human: Watched;
  let admin: Watched;

  beforeAll(async () => {
    folder = temporaryFolder();
    backend = await startBackend(folder.path, ['--no-rate-limits', '--confirmations']);
    browser = await launch();
    [hirer, human, admin] = await Promise.all([
      signIn(browser, backend.url, 'hirer'),
      signIn(browser, backend.url, 'human'),
      signIn(browser, backend.url, 'admin'),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await backend.stop();
    folder.remove();
  });

  it('is reviewed, applied for, assigned, submitted, rejected, resubmitted, disputed and ruled on', async () => {
    const [owner, worker, judge] = [hirer.page, human.page, admin.page];
    await judge.goto('/console/desk');
    await judge.getByRole('button', { name: 'Let me decide' }).click();
    await judge.getByText('You decide.').waitFor();
    await following(judge);

    await owner.goto('/console/desk');
    await owner.getByText('Write a task').click();
    await owner.getByLabel('Title').fill(TITLE);
    await owner.getByLabel('What is to be done').fill('From the land, by daylight.');
    await owner.getByLabel('Budget in $A9token').fill('6000');
    await owner.getByRole('button', { name: 'Publish and lock the budget' }).click();
    await owner.locator('.flow').getByText('holds 6,000.00 $A9token').waitFor();
    expect(await owner.locator('.machine .now').textContent()).toBe('pending review');
    await following(owner);

    await worker.goto('/console/desk');
    await following(worker);
    await judge.locator('article', { hasText: TITLE }).getByRole('button', { name: 'Let it go live' }).click();
    await worker.getByRole('link', { name: TITLE }).click();
    await worker.getByLabel('Why you').fill('I live by the sea.');
    await worker.getByRole('button', { name: 'Apply' }).click();
    await following(worker);

    const mine = owner.locator('.applicant', { hasText: 'I live by the sea.' });
    await mine.getByRole('button', { name: 'Choose' }).click();
    const submit = async (proof: string, name: string) => {
      await worker.getByLabel('What you did, as proof').fill(proof);
      await worker.getByRole('button', { name, exact: true }).click();
      await worker.getByText('Submitted. Now the hirer approves or rejects it.').waitFor();
    };
    const reject = async (reason: string) => {
      await owner.getByLabel('Why it is not what you asked for').fill(reason);
      await owner.getByRole('button', { name: 'Reject', exact: true }).click();
      await owner.getByText('Rejected. The escrow stays locked').waitFor();
    };
    await submit('Twelve photographs.', 'Submit proof');
    await reject('There are thirteen lighthouses on this coast, and I have counted them.');
    await worker.goto('/console/desk');
    await following(worker);
    await worker.locator('article', { hasText: 'There are thirteen lighthouses' }).waitFor();
    await submit('Thirteen photographs, then.', 'Submit again');
    await owner.locator('.timeline').getByText('Thirteen photographs, then.').waitFor();
    await owner.goto('/console/desk');
    await owner.locator('.waiting').getByRole('link', { name: TITLE }).click();
    await reject('The thirteenth photograph shows a church, as anybody can see at once.');

    await worker.getByLabel('Why the rejection is wrong').fill('It was a lighthouse until 1874.');
    await worker.getByRole('button', { name: 'Dispute the rejection' }).click();
    const dispute = judge.locator('article', { hasText: 'It was a lighthouse until 1874.' });
    await worker.getByText('Disputed. The escrow stays locked').waitFor();
    await worker.getByRole('link', { name: TITLE }).click();
    await following(worker);
    await dispute.getByRole('button', { name: 'Release to the human' }).click();

    for (const page of [owner, worker]) {
      await page.locator('.flow').getByText('received 5,999.40 $A9token').waitFor();
      expect(await page.locator('.machine .now').textContent()).toBe('completed');
    }
    await worker.goto('/console/wallet');
    expect(await worker.locator('.balances').innerText()).toContain('5,999.40 $A9token');
    await owner.goto('/console/ledger');
    await owner.getByText('The books balance').waitFor();
    expect([...hirer.complaints, ...human.complaints, ...admin.complaints]).toEqual([]);
  });

  it('is refused by the risk gate with a reason, and nothing that was typed is lost', async () => {
    const { page } = hirer;
    await page.goto('/console/desk');
    await page.getByText('Write a task').click();
    await page.getByLabel('Title').fill('Bring me a weapon');
    await page.getByLabel('What is to be done').fill('Quickly.');
    await page.getByRole('button', { name: 'Publish and lock the budget' }).click();
    await page.getByRole('alert').getByText('blocked by moderation').waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('Bring me a weapon');
    expect(await page.getByLabel('What is to be done').inputValue()).toBe('Quickly.');
    await admin.page.goto('/console/desk');
    await admin.page.getByLabel('Try a title').fill('Bring me a weapon');
    await admin.page.getByRole('button', { name: 'Try', exact: true }).click();
    await admin.page.getByText('Blocked:').waitFor();
  });
});
