import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/backend/clock.js';
import { requireUser } from '../../src/backend/domain/accounts.js';
import { openSession } from '../../src/backend/domain/sessions.js';
import { isListed } from '../../src/backend/ip-list.js';
import { USER_SCOPES } from '../../src/marketplaces/agrenting/contract/api-keys.js';
import { PERMISSIONS } from '../../src/marketplaces/humans2ai/contract/api-keys.js';
import { formatAmount, parseAmount } from '../../src/money.js';
import { openSandbox } from '../backend/agrenting/helpers.js';
import { AGENT, openWorld } from '../backend/humans2ai/world.js';
import { at } from '../backend/support.js';

/** The rules of API keys, against a model of them: whatever is done to keys in whatever order, who gets in? */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SEED = 20_261_121;
const soak = (runs: number, many: number) => (process.env.SOAK ? many : runs);

describe('a list of addresses', () => {
  it('is read as a number with a prefix, in both families and every spelling', () => {
    const v4 = fc.nat(0xffffffff);
    const v6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
    let checked = 0;
    fc.assert(
      fc.property(fc.boolean(), v4, v6, fc.nat(128), fc.nat(128), (six, small, big, prefix, flipped) => {
        const bits = six ? 128 : 32;
        const address = six ? big : BigInt(small);
        const length = prefix % (bits + 1);
        // The same address, or one that differs in exactly one bit.
        const other = flipped >= bits ? address : address ^ (1n << BigInt(flipped));
        const inside = length === 0 || address >> BigInt(bits - length) === other >> BigInt(bits - length);
        const list = JSON.stringify([`${spell(address, six)}/${length}`]);
        for (const spelling of spellings(other, six)) {
          expect(isListed(list, spelling), `${list} ${spelling}`).toBe(inside);
          checked += 1;
        }
      }),
      { numRuns: soak(2_000, 100_000), seed: SEED },
    );
    console.log(`figure: address-checks=${checked} wrong=0 seed=${SEED}`);
  });
});

function spell(address: bigint, six: boolean): string {
  if (!six) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
  return Array.from({ length: 8 }, (_, n) => ((address >> BigInt(112 - 16 * n)) & 0xffffn).toString(16)).join(':');
}

function spellings(address: bigint, six: boolean): string[] {
  const plain = spell(address, six);
  if (!six) return [plain, `::ffff:${plain}`];
  const padded = plain.replace(/[0-9a-f]+/g, (group) => group.padStart(4, '0').toUpperCase());
  return [plain, padded, `${plain}%eth0`];
}

type Act =
  | { kind: 'create'; permissions: readonly string[]; net: number | undefined; hours: number | undefined }
  | { kind: 'rotate' | 'revoke' | 'upgrade'; key: number }
  | { kind: 'login' }
  | { kind: 'wait'; minutes: number }
  | { kind: 'use'; key: number; net: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('create' as const),
    permissions: fc.subarray([...PERMISSIONS], { minLength: 1 }),
    net: fc.option(fc.nat(2), { nil: undefined }),
    hours: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constantFrom('rotate' as const, 'revoke' as const, 'upgrade' as const), key: fc.nat(5) }),
  fc.record({ kind: fc.constant('login' as const) }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 4, 6, 59, 61, 300) }),
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('use' as const), key: fc.nat(3), net: fc.nat(2) }) },
);

interface ModelKey {
  id: string;
  secret: string;
  permissions: Set<string>;
  net: number | undefined;
  end: number;
  gone: boolean;
}

describe('keys of Humans2AI', () => {
  it('let in exactly whom the model lets in, after every order of creating, rotating, upgrading and revoking', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
        const world = await openWorld({ settings: { rateLimits: false } });
        const { env } = world.backend;
        let signedIn = env.clock.now();
        let session = '';
        // Without the password, whose hashing takes its time by intent.
        const login = async () => {
          const user = await requireUser(env.db, AGENT);
          signedIn = env.clock.now();
          session = (await openSession(env, env.db, user, isoTime(signedIn))).idToken;
        };
        await login();
        const keys: ModelKey[] = [];
        const manage = (method: string, path: string, body?: object) =>
          world.call(method, `/api/v1/api-keys${path}`, { key: session, ...(body ? { body } : {}) });
        for (const step of acts) {
          const now = env.clock.now();
          const live = now - signedIn < HOUR;
          if (step.kind === 'login') await login();
          else if (step.kind === 'wait') await world.backend.advance(step.minutes * MINUTE);
          else if (step.kind === 'create') {
            const { permissions, net, hours } = step;
            const end = hours === undefined ? Number.POSITIVE_INFINITY : now + hours * HOUR;
            const answer = await manage('POST', '', {
              permissions,
              ...(net === undefined ? {} : { allowedIps: [`192.0.${net}.0/24`, `2001:db8:${net}::/48`] }),
              ...(hours === undefined ? {} : { expiresAt: new Date(end).toISOString() }),
            });
            expect(answer.status).toBe(live ? 201 : 401);
            if (!live) continue;
            const [id, secret] = [String(at(answer.body, 'id')), String(at(answer.body, 'key'))];
            keys.push({ id, secret, permissions: new Set(permissions), net, end, gone: false });
          } else {
            const key = keys[step.key];
            if (!key) continue;
            const exists = !key.gone && key.end > now;
            if (step.kind === 'use') {
              const allowed = exists && (key.net === undefined || key.net === step.net);
              for (const address of [`192.0.${step.net}.9`, `2001:db8:${step.net}::9`]) {
                const answer = await world.call('GET', '/api/v1/wallet', { key: key.secret, address });
                const expected = allowed ? (key.permissions.has('wallet:read') ? 200 : 403) : 401;
                expect(answer.status).toBe(expected);
                seen.set(String(expected), (seen.get(String(expected)) ?? 0) + 1);
              }
              continue;
            }
            // A key that is over is not swept yet, or is: to the session both look alike but for the answer's code.
            if (!exists) continue;
            if (step.kind === 'revoke') {
              expect((await manage('DELETE', `/${key.id}`)).status).toBe(live ? 200 : 401);
              key.gone ||= live;
            } else if (step.kind === 'upgrade') {
              const fresh = now - signedIn <= 5 * MINUTE;
              const answer = await manage('POST', `/${key.id}/upgrade`, {});
              expect(answer.status).toBe(live ? (fresh ? 200 : 403) : 401);
              if (live && fresh) key.permissions = new Set(PERMISSIONS);
              const byKey = await world.call('POST', `/api/v1/api-keys/${key.id}/upgrade`, {
                key: key.secret,
                body: {},
              });
              expect([401, 403]).toContain(byKey.status);
            } else {
              const answer = await manage('POST', `/${key.id}/rotate`);
              expect(answer.status).toBe(live ? 201 : 401);
              if (!live) continue;
              const [id, secret] = [String(at(answer.body, 'id')), String(at(answer.body, 'key'))];
              keys.push({ ...key, id, secret, permissions: new Set(key.permissions) });
              key.end = Math.min(key.end, now + HOUR);
              expect(at(answer.body, 'previousKeyValidUntil')).toBe(new Date(key.end).toISOString());
            }
          }
        }
        const dump = JSON.stringify(
          await world.backend.env.db.selectFrom('credentials').select(['hash', 'name', 'hint', 'scopes']).execute(),
        );
        for (const { secret } of keys) expect(dump).not.toContain(secret);
        await world.backend.close();
      }),
      { numRuns: soak(60, 2_000), seed: SEED },
    );
    console.log(
      `figure: key-schedules=${soak(60, 2_000)} ${[...seen].map(([k, n]) => `http${k}=${n}`).join(' ')} wrong=0`,
    );
    expect([...seen.keys()].toSorted()).toEqual(['200', '401', '403']);
  });
});

describe('tokens of Agrenting', () => {
  it('never make one that can do more than themselves, through any chain of creating and rotating', async () => {
    const cents = fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined });
    const wish = fc.record({
      by: fc.nat(4),
      scopes: fc.subarray([...USER_SCOPES], { minLength: 1 }),
      writes: fc.boolean(),
      cap: cents,
      rotate: fc.option(fc.nat(4), { nil: undefined, freq: 3 }),
    });
    let made = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 3, maxLength: 12 }), async (wishes) => {
        const sandbox = await openSandbox();
        interface Token {
          id: string;
          secret: string;
          scopes: Set<string>;
          cap: bigint | undefined;
        }
        const root = sandbox.backend.credentials.agrenting.hirer;
        const tokens: Token[] = [{ id: '', secret: root, scopes: new Set(['*', ...USER_SCOPES]), cap: undefined }];
        const stronger = (than: Token, scopes: Iterable<string>, cap: bigint | undefined) =>
          [...scopes].some((scope) => !than.scopes.has(scope)) ||
          (than.cap !== undefined && (cap === undefined || cap > than.cap));
        for (const { by, scopes, writes, cap: given, rotate } of wishes) {
          const asking = tokens[by % tokens.length];
          if (!asking) continue;
          const call = sandbox.as(asking.secret);
          const may = asking.scopes.has('account:write');
          const target = rotate === undefined ? undefined : tokens[rotate % tokens.length];
          if (target && target.id !== '') {
            const answer = await call('POST', `/account/api-keys/${target.id}/rotate`, {});
            const good = may && (target === asking || !stronger(asking, target.scopes, target.cap));
            expect(answer.status).toBe(good ? 201 : 403);
            if (!good) continue;
            const [id, secret] = [String(at(answer.body, 'data', 'id')), String(at(answer.body, 'data', 'api_key'))];
            tokens.push({ ...target, id, secret });
            continue;
          }
          const wanted = new Set<string>(writes ? [...scopes, 'account:write'] : scopes);
          const cap = given === undefined ? undefined : parseAmount((given / 100).toFixed(2));
          const answer = await call('POST', '/account/api-keys', {
            scopes: [...wanted],
            ...(cap === undefined ? {} : { max_price_per_hire: formatAmount(cap) }),
          });
          const good = may && !stronger(asking, wanted, cap);
          expect(answer.status).toBe(good ? 201 : 403);
          if (good) made += 1;
          else refused += 1;
          if (!good) continue;
          const [id, secret] = [String(at(answer.body, 'data', 'id')), String(at(answer.body, 'data', 'api_key'))];
          tokens.push({ id, secret, scopes: wanted, cap });
          // What the token was given is what it can do: hire up to its cap, and no more.
          const price = parseAmount('25.00');
          const hired = await sandbox.as(secret)('POST', '/agents/did:agrenting:swift/hire', {
            task_description: 'Summarise.',
            capability_requested: 'summarize',
            price: '25.00',
          });
          const allowed = wanted.has('hire:create') && (cap === undefined || cap >= price);
          expect(hired.status < 300).toBe(allowed);
        }
        await sandbox.backend.close();
      }),
      { numRuns: soak(40, 1_000), seed: SEED },
    );
    console.log(`figure: token-chains=${soak(40, 1_000)} made=${made} refused=${refused} escalations=0`);
    expect(Math.min(made, refused)).toBeGreaterThan(0);
  });
});
