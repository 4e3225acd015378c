import { describe, expect, it } from 'vitest';
import { money, refusalOf, run, type TestContext } from '../context.js';
import { openWorld, tool } from './world.js';

const account = { email: 'robo@example.org', password: 'Correct horse 7' };

function expectNoSecret(result: Record<string, unknown>, context: TestContext): void {
  const text = JSON.stringify(result);
  expect(text).not.toContain(account.password);
  for (const { value } of context.kept) expect(text).not.toContain(value);
  expect(text).not.toMatch(/sk_live_|"(idToken|refreshToken|apiKey|key|password)":/);
}

const kept = (context: TestContext, kind: string) => context.kept.find((secret) => secret.kind === kind);

describe('register', () => {
  it('makes an account and signs in without showing a secret', async () => {
    const world = await openWorld();
    const stranger = world.contextOf(undefined);
    const result = await run(tool('register'), { ...account, agentName: 'PhotoBot' }, stranger);
    expect(result).toMatchObject({
      user: { id: expect.stringMatching(/^user_/), email: account.email, balance: 500 },
      permissions: ['tasks:read', 'wallet:read', 'messages:read'],
      signed_in: 'in use',
      expires_in: 3_600,
    });
    expect(stranger.kept.map(({ kind }) => kind).toSorted()).toEqual(['api-key', 'refresh-token', 'session']);
    expect(kept(stranger, 'session')?.expiresAt).toBe(stranger.now() + 3_600_000);
    expectNoSecret(result, stranger);
  });

  it('leaves a key that reads and a session that also spends', async () => {
    const world = await openWorld();
    const stranger = world.contextOf(undefined);
    await run(tool('register'), account, stranger);
    const byKey = world.contextOf(kept(stranger, 'api-key')?.value);
    expect(await run(tool('get_wallet'), {}, byKey)).toMatchObject({ balance: 500 });
    const create = money(tool('create_task'), world.shanghai());
    expect(await refusalOf(() => create.send(byKey, 'first-key'))).toMatchObject({ code: 'FORBIDDEN', changed: 'no' });
    const bySession = world.contextOf(kept(stranger, 'session')?.value);
    expect(await create.send(bySession, 'first-key')).toMatchObject({ status: 'open', budget: 150 });
  });

  it.each([
    [{ email: 'robo@example.org', password: 'short' }, 'INVALID_ARGUMENTS', 'WEAK_PASSWORD'],
    [{ email: 'not an address', password: 'Correct horse 7' }, 'INVALID_ARGUMENTS', 'INVALID_EMAIL'],
  ])('passes on why %j is refused', async (args, code, marketplaceCode) => {
    const world = await openWorld();
    const stranger = world.contextOf(undefined);
    expect(await refusalOf(() => run(tool('register'), args, stranger))).toMatchObject({ code, marketplaceCode });
    expect(stranger.kept).toEqual([]);
  });

  it('refuses an address that is taken', async () => {
    const world = await openWorld();
    const stranger = world.contextOf(undefined);
    await run(tool('register'), account, stranger);
    expect(await refusalOf(() => run(tool('register'), account, stranger))).toMatchObject({
      code: 'CONFLICT',
      marketplaceCode: 'EMAIL_EXISTS',
    });
  });
});

describe('login', () => {
  it('signs in without showing a secret', async () => {
    const world = await openWorld();
    await run(tool('register'), account, world.contextOf(undefined));
    const stranger = world.contextOf(undefined);
    const result = await run(tool('login'), account, stranger);
    expect(result).toMatchObject({ user: { email: account.email }, signed_in: 'in use' });
    expect(kept(stranger, 'session')).toMatchObject({ role: 'humans2ai.agent' });
    expectNoSecret(result, stranger);
  });

  it('is refused for a wrong password', async () => {
    const world = await openWorld();
    await run(tool('register'), account, world.contextOf(undefined));
    const stranger = world.contextOf(undefined);
    const wrong = { ...account, password: 'Wrong horse 8' };
    expect(await refusalOf(() => run(tool('login'), wrong, stranger))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(stranger.kept).toEqual([]);
  });

  it('hides its secrets also where the advice of the marketplace repeats them', async () => {
    const world = await openWorld();
    const context = world.through(async () =>
      Response.json({
        result: {
          user: { id: 'user_1' },
          idToken: 'id-token-value',
          refreshToken: 'refresh-token-value',
          expiresIn: '3600',
          nextSteps: `Use id-token-value, later refresh-token-value; your password ${account.password} is fine.`,
        },
        error: null,
      }),
    );
    const result = await run(tool('login'), account, context);
    expect(result.nextSteps).toEqual(['Use [hidden], later [hidden]; your password [hidden] is fine.']);
    expect(result).toMatchObject({ user: { id: 'user_1', email: account.email }, expires_in: 3_600 });
  });
});
