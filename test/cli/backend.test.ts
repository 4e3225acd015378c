import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { hirewire } from './run.js';

const folder = temporaryFolder();
let backend: RunningBackend;

beforeAll(async () => {
  backend = await startBackend(folder.path);
});
afterAll(async () => {
  await backend.stop();
  folder.remove();
});

describe('hirewire backend --json', () => {
  it('prints the URL and the demo credentials of each role in one line', () => {
    expect(backend.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(backend.credentials).toEqual({
      agrenting: {
        hirer: expect.stringMatching(/^ap_/),
        agent: expect.stringMatching(/./),
        agent_did: expect.stringMatching(/^did:/),
        admin: expect.stringMatching(/^ap_/),
      },
      humans2ai: {
        agent: expect.stringMatching(/^sk_live_/),
        human: expect.stringMatching(/./),
        admin: expect.stringMatching(/./),
      },
      agentdojo: { key: expect.stringMatching(/^sk_/), slug: 'my-server' },
      praisonai: { url: `${backend.url}/praisonai` },
    });
  });

  it('answers on that URL, to those credentials', async () => {
    const balance = await fetch(`${backend.url}/api/v1/ledger/balance`, {
      headers: { authorization: `Bearer ${backend.credentials.agrenting.hirer}` },
    });
    expect(balance.status).toBe(200);
    expect(await balance.json()).toMatchObject({ data: { available: '1000.00', currency: 'USD' } });
    const anonymous = await fetch(`${backend.url}/api/v1/ledger/balance`);
    expect(anonymous.status).toBe(401);
  });

  it('serves its OpenAPI document', async () => {
    const document = await fetch(`${backend.url}/openapi.json`);
    expect(await document.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  });
});

describe('hirewire backend', () => {
  it('says that a port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { code, stdout, stderr } = await hirewire(folder.path, ['backend', '--port', String(port)]);
    await new Promise((resolve) => taken.close(resolve));
    expect(stderr).toContain(`Port ${port} cannot be used; try --port 0.`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    [['--port', '99999'], '--port is a number from 0 to 65535.'],
    [['--seed', 'full'], '--seed is demo or empty.'],
    [['--praisonai', 'mock'], '--praisonai is real or documented.'],
    [['--humans2ai-fee', '-1'], '--humans2ai-fee is 0 to 10000.'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await hirewire(folder.path, ['backend', ...args]);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });
});
