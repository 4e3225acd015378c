import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/backend/index.js';
import { openBackend } from '../support.js';
import { formOf, formsOf, textOf, Visitor } from './visitor.js';

const ROLES = ['hirer', 'agent', 'human', 'admin'] as const;
const PATHS = ['/', '/console/desk', '/console/ledger', '/console/wallet', '/console/clock'] as const;

let backend: Backend;
beforeAll(async () => {
  ({ backend } = await openBackend({ seed: 'demo' }));
});
afterAll(() => backend.close());

describe('pages', () => {
  it('are served to every role, load nothing from elsewhere and run nothing inline', async () => {
    let count = 0;
    for (const role of ROLES) {
      const visitor = await Visitor.as(backend, role);
      for (const path of PATHS) {
        const { status, html, headers } = await visitor.get(path);
        count += 1;
        expect(status, `${role} ${path}`).toBe(200);
        expect(html).toMatch(/^<!doctype html><html lang="en">/);
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(headers.get('content-security-policy')).not.toContain('unsafe');
        expect(html).not.toMatch(/ style="| on\w+="|<script>|<style|https?:\/\//);
        expect(html).not.toMatch(/ap_|sk_live_/);
      }
    }
    console.log(`figure: ${count} pages of the console without an inline style, script or foreign address`);
  });

  it('ask a stranger who they want to be, and lead back to where they wanted to go', async () => {
    const stranger = new Visitor(backend);
    const asked = await stranger.get('/console/ledger');
    expect(textOf(asked.html)).toContain('Who do you want to be?');
    const next = /name="next" value="([^"]*)"/.exec(asked.html)?.[1] ?? '';
    const seen = await stranger.post('/console/sign-in', { role: 'admin', next });
    expect(seen.path).toBe('/console/ledger');
  });

  it('go nowhere else after signing in, whatever the address asks for', async () => {
    const stranger = new Visitor(backend);
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/console/../openapi.json',
      'javascript:alert(1)',
      '/\\evil',
    ]) {
      expect((await stranger.post('/console/sign-in', { role: 'admin', next })).path, next).toBe('/');
    }
  });

  it('say what is not there', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    for (const path of ['/console/nothing', '/console/hirings/none', '/console/tasks/task_none']) {
      const { status, html } = await visitor.get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(textOf(html)).toContain('There is no');
    }
  });

  it('clean and escape what others wrote', async () => {
    const { html } = await (await Visitor.as(backend, 'hirer')).get('/');
    expect(html).toContain('&lt;/untrusted&gt;');
    expect(html).not.toMatch(/[^\P{C}\n]/u);
  });
});

describe('forms', () => {
  const hire = 'hire-did-agrenting-swift';
  const wish = { task_description: 'Shorten this.', capability_requested: 'summarize', price: '2.00' };

  it('do what the API does, once however often they are sent, and show where the money is', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const market = await visitor.get('/');
    const form = formOf(market.html, hire);
    const first = await visitor.post(form.action, { ...form.values, ...wish });
    expect(first.path).toMatch(/^\/console\/hirings\/[0-9a-f-]{36}$/);
    expect(textOf(first.html)).toContain('held in escrow');
    expect(textOf(first.html)).toContain('Hired. The price is held in escrow until the agent delivers or fails.');
    expect((await visitor.post(form.action, { ...form.values, ...wish })).path).toBe(first.path);
    expect(textOf((await visitor.get('/console/wallet')).html)).toContain('Held in escrow 2.00 USD');
    await backend.advance(1_000);
    const paid = textOf((await visitor.get(first.path)).html);
    expect(paid).toMatch(/received 1\.90 USD\s+platform fee 0\.10 USD/);
    expect(paid).not.toContain('Hired. The price is held in escrow until');
  });

  it('show a refusal at the form with what was typed, until the page is opened anew', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const refused = await visitor.fill(await visitor.get('/'), hire, { ...wish, price: '0.01' });
    expect(textOf(refused.html)).toContain('The price is below the base price of this agent, 2.00 USD.');
    expect(formOf(refused.html, hire).values.price).toBe('0.01');
    const following = await visitor.get('/', { 'x-console-live': '1' });
    expect(textOf(following.html)).toContain('below the base price');
    expect(textOf((await visitor.get('/')).html)).not.toContain('below the base price');
  });

  it('are offered to the role that may send them, and refused from every other', async () => {
    const human = await Visitor.as(backend, 'human');
    const market = await human.get('/');
    expect(formsOf(market.html)).toEqual([]);
    const csrf = /name="csrf" value="([^"]+)"/.exec((await human.get('/console/clock')).html)?.[1] ?? '';
    const refused = await human.post('/console/do/hire', {
      csrf,
      back: '/',
      form: hire,
      key: 'k-1',
      did: 'did:agrenting:swift',
      ...wish,
    });
    expect(refused.status).toBe(200);
    const before = await backend.env.db.selectFrom('hirings').select('id').execute();
    expect(before).toHaveLength(1);
  });

  it('do nothing when another site sends them, or without the token of the visit', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const form = formOf((await visitor.get('/')).html, hire);
    const fields = { ...form.values, ...wish };
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:4011' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      expect((await visitor.post(form.action, fields, headers)).status, JSON.stringify(headers)).toBe(403);
      expect((await visitor.post('/console/sign-in', { role: 'admin' }, headers)).status).toBe(403);
    }
    const asked = await visitor.post(form.action, { ...fields, csrf: 'guessed' });
    expect(textOf(asked.html)).toContain('Who do you want to be?');
    expect(await backend.env.db.selectFrom('hirings').select('id').execute()).toHaveLength(1);
  });

  it('move the clock', async () => {
    const visitor = await Visitor.as(backend, 'admin');
    const before = backend.env.clock.now();
    const moved = await visitor.fill(await visitor.get('/console/clock'), 'clock', { advance_ms: '3600000' });
    expect(textOf(moved.html)).toContain('The clock was moved.');
    expect(backend.env.clock.now() - before).toBe(3_600_000);
  });
});

describe('a visit', () => {
  it('is a cookie that no script reads and no other site sends', async () => {
    const response = await backend.fetch(
      new Request('http://127.0.0.1/console/sign-in', {
        method: 'POST',
        headers: { origin: 'http://127.0.0.1' },
        body: 'role=human',
      }),
    );
    expect(response.headers.get('set-cookie')).toMatch(
      /^hirewire_console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('ends when another role is taken', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const form = formOf((await visitor.get('/')).html, 'hire-did-agrenting-swift');
    await visitor.post('/console/sign-in', { role: 'human' });
    expect(textOf((await visitor.post(form.action, form.values)).html)).toContain('Who do you want to be?');
  });
});
