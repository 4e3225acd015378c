import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGES } from '../../../src/backend/console/pages/index.js';
import type { Backend } from '../../../src/backend/index.js';
import { openBackend } from '../support.js';
import { formOf, formsOf, textOf, Visitor } from './visitor.js';

const ROLES = ['hirer', 'agent', 'human', 'admin'] as const;
const PATHS = PAGES.map(([path]) => path).filter((path) => !path.includes(':'));

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
        expect(html).not.toMatch(/ style="| on\w+="|<script>|<style|(src|href|action)="(?!\/|data:,|#content")/);
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

  it('try a failed hiring again, and the timeline forgets no attempt', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const wanted = { ...wish, price: '1.00' };
    const { path } = await visitor.fill(await visitor.get('/'), 'hire-did-agrenting-faulty', wanted);
    await backend.advance(60_000);
    const failed = await visitor.get(path);
    expect(textOf(failed.html)).toContain('got back 1.00 USD');
    const again = textOf((await visitor.fill(failed, `retry-hiring-${path.split('/').at(-1)}`)).html);
    expect(again).toContain('Attempt 1 ended: the price went back to the hirer.');
    expect(again).toContain('Tried again, attempt 2: the price moved into escrow anew.');
    expect(again).toContain('holds 1.00 USD');
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
    expect(before).toHaveLength(2);
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
    expect(await backend.env.db.selectFrom('hirings').select('id').execute()).toHaveLength(2);
  });

  it('move the clock', async () => {
    const visitor = await Visitor.as(backend, 'admin');
    const before = backend.env.clock.now();
    const moved = await visitor.fill(await visitor.get('/console/clock'), 'clock', { advance_ms: '3600000' });
    expect(textOf(moved.html)).toContain('The clock was moved.');
    expect(backend.env.clock.now() - before).toBe(3_600_000);
  });
});

describe('keys and webhooks', () => {
  it('are made as the API makes them, their secrets shown once and never again', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const made = await visitor.fill(await visitor.get('/console/keys'), 'create-key', {
      name: 'From the console',
      chosen: 'tasks:read',
      allowed_ips: '127.0.0.1\n10.0.0.0/8',
    });
    const secret = /shown this once: (sk_live_[\w-]{43})/.exec(textOf(made.html))?.[1] ?? '';
    const keys = await visitor.get('/console/keys');
    expect(textOf(keys.html)).toContain(`From the console …${secret.slice(-4)}`);
    expect(textOf(keys.html)).toContain('only from 127.0.0.1, 10.0.0.0/8');
    expect(keys.html).not.toContain(secret);
    const read = (address: string) =>
      backend.fetch(
        new Request('http://127.0.0.1/humans2ai/api/v1/tasks', { headers: { authorization: `Bearer ${secret}` } }),
        address,
      );
    expect([(await read('127.0.0.1')).status, (await read('192.168.1.1')).status]).toEqual([200, 401]);

    const form = formsOf(keys.html).filter((id) => id.startsWith('revoke-key'));
    const id = (
      await backend.env.db
        .selectFrom('credentials')
        .select('id')
        .where('name', '=', 'From the console')
        .executeTakeFirstOrThrow()
    ).id;
    expect(form).toContain(`revoke-key-${id}`);
    await visitor.fill(keys, `upgrade-key-${id}`);
    expect(textOf((await visitor.get('/console/keys')).html)).toContain('messages:write');
    await visitor.fill(keys, `revoke-key-${id}`);
    expect((await read('127.0.0.1')).status).toBe(401);
    const left = await backend.env.db.selectFrom('credentials').select('id').where('name', '=', 'console').execute();
    expect(left).toEqual([]);
  });

  it('carry caps and presets on Agrenting, are rotated with an overlap, and agents have their own', async () => {
    const { db } = backend.env;
    const good = async (name: string) =>
      await db.selectFrom('credentials').selectAll().where('name', '=', name).orderBy('created_at').execute();
    const hirer = await Visitor.as(backend, 'hirer');
    const fields = { name: 'Capped', preset: 'guided', max_price: '3.00', allowed_ips: '::1' };
    const made = await hirer.fill(await hirer.get('/console/keys'), 'create-user-key', fields);
    expect(textOf(made.html)).toMatch(/shown this once: ap_[\w-]{43}/);
    const shown = textOf((await hirer.get('/console/keys')).html);
    expect(shown).toContain('at most 3.00 USD per hire; only from ::1');
    const [key] = await good('Capped');
    await hirer.fill(await hirer.get('/console/keys'), `rotate-user-key-${key?.id}`);
    const [old, fresh] = await good('Capped');
    expect([old?.max_price_per_hire, fresh?.max_price_per_hire]).toEqual([300_000_000n, 300_000_000n]);
    expect(textOf((await hirer.get('/console/keys')).html)).toContain('replaced, still good');
    await hirer.fill(await hirer.get('/console/keys'), `revoke-user-key-${fresh?.id}`);
    expect(textOf((await hirer.get('/console/keys')).html)).toContain('revoked');

    const agent = await Visitor.as(backend, 'agent');
    const page = await agent.get('/console/keys');
    const create = formsOf(page.html).find((id) => id.startsWith('create-agent-key')) ?? '';
    expect(textOf((await agent.fill(page, create)).html)).toMatch(/shown this once: ak_live_/);
  });

  it('need a login that is fresh where the API does', async () => {
    const visitor = await Visitor.as(backend, 'human');
    await visitor.fill(await visitor.get('/console/keys'), 'create-key', { name: 'Later', chosen: 'tasks:read' });
    const keys = await visitor.get('/console/keys');
    const upgrade = formsOf(keys.html).find((id) => id.startsWith('upgrade-key')) ?? '';
    await backend.advance(6 * 60_000);
    expect(textOf((await visitor.fill(keys, upgrade)).html)).toContain('This needs a fresh login');
  });

  it('subscribe an address, show its secret once, and take it away', async () => {
    for (const [role, form, remove] of [
      ['human', 'create-task-webhook', 'delete-task-webhook'],
      ['agent', 'create-hiring-webhook', 'delete-hiring-webhook'],
    ] as const) {
      const visitor = await Visitor.as(backend, role);
      const fields = { chosen: 'task.completed', events: 'hiring.completed' };
      const made = await visitor.fill(await visitor.get('/console/webhooks'), form, fields);
      expect(textOf(made.html)).toMatch(/shown this once: \S{20,}/);
      const shown = await visitor.get('/console/webhooks');
      expect(textOf(shown.html)).toContain('http://127.0.0.1:4020/hook');
      expect(textOf(shown.html)).not.toContain('shown this once:');
      const gone = await visitor.fill(shown, formsOf(shown.html).find((id) => id.startsWith(remove)) ?? '');
      expect(textOf(gone.html)).toContain('Nobody is told of anything yet.');
    }
  });
});

describe('the admin', () => {
  it('suspends and reinstates whoever takes part', async () => {
    const admin = await Visitor.as(backend, 'admin');
    const agent = (
      await backend.env.db
        .selectFrom('agrenting_agents')
        .select('id')
        .where('name', '=', 'Steady')
        .executeTakeFirstOrThrow()
    ).id;
    for (const [what, id] of [
      ['user', 'user_hana'],
      ['agent', agent],
    ] as const) {
      const suspended = await admin.fill(await admin.get('/console/desk'), `suspend-${what}-${id}`);
      expect(textOf(suspended.html)).toContain('Suspended:');
      const back = await admin.fill(suspended, `reinstate-${what}-${id}`);
      expect(formsOf(back.html)).toContain(`suspend-${what}-${id}`);
    }
  });

  it('splits a disputed escrow, and the flow shows both parts', async () => {
    const hirer = await Visitor.as(backend, 'hirer');
    const human = await Visitor.as(backend, 'human');
    const admin = await Visitor.as(backend, 'admin');
    const wish = { title: 'Count the bridges', description: 'All of them.', budget: '40' };
    const { path } = await hirer.fill(await hirer.get('/console/desk'), 'create-task', wish);
    const id = path.split('/').at(-1) ?? '';
    const step = async (who: Visitor, form: string, fields: Record<string, string> = {}) =>
      textOf((await who.fill(await who.get(path), `${form}-${id}`, fields)).html);
    await step(human, 'apply', { message: 'I know them all.' });
    await hirer.fill(await hirer.get(path), `select-applicant-${id}-user_you_as_human`);
    await step(human, 'submit-proof', { content: 'There are 1,281.' });
    await step(hirer, 'reject', { reason: 'I have counted 1,282 of them, and so has everybody else here.' });
    await step(human, 'dispute', { reason: 'One is a tunnel.' });
    const refused = await step(admin, 'rule-split', { percent: '100' });
    expect(refused).toContain('The request is not valid.');
    const ruled = await step(admin, 'rule-split', { percent: '50' });
    expect(ruled).toContain('It was split between the two sides.');
    expect(ruled).toMatch(/got back 20\.00 \$A9token .* received 19\.99\d* \$A9token/);
  });
});

describe('requests and the audit log', () => {
  it('show what arrived: tool, route, who, key, replayed or not', async () => {
    const { agrenting, humans2ai } = backend.credentials;
    const hire = () =>
      backend.fetch(
        new Request('http://127.0.0.1/agrenting/api/v1/agents/did:agrenting:swift/hire', {
          method: 'POST',
          headers: { authorization: `Bearer ${agrenting.hirer}`, 'x-idempotency-key': 'one-key' },
          body: JSON.stringify({ task_description: 'x', capability_requested: 'summarize', price: '2.00' }),
        }),
      );
    await hire();
    await hire();
    await backend.fetch(
      new Request('http://127.0.0.1/api/v1/mcp', {
        method: 'POST',
        headers: { authorization: `Bearer ${humans2ai.agent}` },
        body: JSON.stringify({ tool: 'get_wallet', input: {} }),
      }),
    );
    const visitor = await Visitor.as(backend, 'admin');
    const rows = [...(await visitor.get('/console/requests')).html.matchAll(/<tr id="request-\d+">.*?<\/tr>/gs)].map(
      ([row]) => textOf(row),
    );
    expect(rows[0]).toMatch(/get_wallet tool call POST \/api\/v1\/mcp Your assistant agent none 200/);
    expect(rows[1]).toMatch(/hireAgent REST POST .*hire You, the hirer user [0-9a-f]{12} 201 replayed/);
    expect(rows[2]).toMatch(/hireAgent REST .* 201 \d+ ms/);
    const audit = textOf((await visitor.get('/console/audit')).html);
    expect(audit).toMatch(/You, the hirer user hireAgent .* 201 replayed/);
    const lines = (await backend.env.db.selectFrom('audit_log').select('seq').execute()).length;
    expect(audit).toContain(`The last line is number ${lines}`);
    console.log(`figure: ${rows.length} requests and ${lines} audited changes shown`);
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
      /^hirewire_console_default=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('ends when another role is taken', async () => {
    const visitor = await Visitor.as(backend, 'hirer');
    const form = formOf((await visitor.get('/')).html, 'hire-did-agrenting-swift');
    await visitor.post('/console/sign-in', { role: 'human' });
    expect(textOf((await visitor.post(form.action, form.values)).html)).toContain('Who do you want to be?');
  });
});
