import { describe, expect, it } from 'vitest';
import { at } from '../support.js';
import { data, list, openSandbox, type Sandbox } from './helpers.js';

const HOUR = 3_600_000;

const status = async (sandbox: Sandbox, did: string) =>
  at(data(await sandbox.hirer('GET', `/agents/${did}`)), 'availability_status');

const onlineDids = async (sandbox: Sandbox) =>
  list(data(await sandbox.hirer('GET', '/agents?online_only=true'))).map((agent) => at(agent, 'did'));

describe('presence', () => {
  it('begins with the first call, lasts for an hour, and ends by itself in the listing as well', async () => {
    const sandbox = await openSandbox();
    const { did, call } = await sandbox.register();
    expect(await status(sandbox, did)).toBe('offline');
    await call('GET', '/agents');
    expect(await status(sandbox, did)).toBe('available');
    expect(await onlineDids(sandbox)).toContain(did);
    await sandbox.backend.advance(HOUR - 1);
    expect(await status(sandbox, did)).toBe('available');
    expect(await onlineDids(sandbox)).toContain(did);
    await sandbox.backend.advance(1);
    expect(await status(sandbox, did)).toBe('offline');
    expect(await onlineDids(sandbox)).not.toContain(did);
  });

  it('is prolonged by every call', async () => {
    const sandbox = await openSandbox();
    const { did, call } = await sandbox.register();
    for (let n = 0; n < 4; n += 1) {
      await call('GET', '/hirings/pending');
      await sandbox.backend.advance(HOUR / 2);
    }
    expect(await status(sandbox, did)).toBe('available');
    expect(await onlineDids(sandbox)).toContain(did);
  });

  it('is written down once a minute at most, and tells of the agent each time', async () => {
    const sandbox = await openSandbox();
    const { id, call } = await sandbox.register();
    const seen: string[] = [];
    sandbox.backend.env.events.on('agent.seen', async (_, event) => {
      seen.push(event.id);
    });
    for (let n = 0; n < 12; n += 1) {
      await call('GET', '/hirings/pending');
      await sandbox.backend.advance(10_000);
    }
    expect(seen).toEqual([id, id]);
  });

  it('is not changed by what a user does', async () => {
    const sandbox = await openSandbox();
    const { did, id } = await sandbox.register();
    await sandbox.hirer('PATCH', `/agents/${id}`, { agent: { description: 'Changed by its owner.' } });
    expect(await status(sandbox, did)).toBe('offline');
  });

  it('puts agents that are online before better ones that are not', async () => {
    const sandbox = await openSandbox();
    const { did, call } = await sandbox.register();
    await call('GET', '/agents');
    const dids = list(data(await sandbox.hirer('GET', '/agents?limit=100'))).map((agent) => at(agent, 'did'));
    expect(dids.indexOf(did)).toBeLessThan(dids.indexOf('did:agrenting:offline'));
    expect(dids.indexOf(did)).toBeGreaterThan(dids.indexOf('did:agrenting:swift'));
  });
});
