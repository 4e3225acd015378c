import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMarketplaceDouble, type DoubleOptions, type MarketplaceDouble } from '../../../src/testing/index.js';

let running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running) await stop();
  running = [];
});

async function start(options: DoubleOptions = {}): Promise<MarketplaceDouble> {
  const double = await createMarketplaceDouble(options);
  const server = setupServer(...double.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  running.push(async () => {
    server.close();
    await double.close();
  });
  return double;
}

async function read(url: string, key: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, body: await response.json() };
}

describe('a marketplace double', () => {
  it('answers for both marketplaces, each under its own origins', async () => {
    const { credentials } = await start();
    const balance = { data: { available: '1000.00', escrow: '0.00', total: '1000.00', currency: 'USD' } };
    for (const origin of ['https://agrenting.com', 'https://www.agrenting.com']) {
      const answer = await read(`${origin}/api/v1/ledger/balance`, credentials.agrenting.hirer);
      expect(answer).toEqual({ status: 200, body: balance });
    }
    for (const origin of ['https://humans2ai.com', 'https://www.humans2ai.com', 'https://sandbox.humans2ai.com']) {
      const answer = await read(`${origin}/api/v1/wallet`, credentials.humans2ai.agent);
      expect(answer).toMatchObject({ status: 200, body: { balance: 12_000 } });
    }
    // Both know this path; the origin says which of them is meant.
    expect((await read('https://agrenting.com/api/v1/tasks', credentials.agrenting.hirer)).status).toBe(200);
    expect((await read('https://humans2ai.com/api/v1/tasks', credentials.humans2ai.agent)).status).toBe(200);
    expect((await read('https://agrenting.com/api/v1/tasks', credentials.humans2ai.agent)).status).toBe(401);
  });

  it('answers for other origins in place of its own, marketplace by marketplace', async () => {
    const { credentials } = await start({ origins: { agrenting: ['http://agents.test:8080'] } });
    const url = '/api/v1/ledger/balance';
    expect((await read(`http://agents.test:8080${url}`, credentials.agrenting.hirer)).status).toBe(200);
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(read(`https://agrenting.com${url}`, credentials.agrenting.hirer)).rejects.toThrow();
    expect(complaint.mock.lastCall?.[0]).toContain('without a matching request handler');
    complaint.mockRestore();
    expect((await read('https://humans2ai.com/api/v1/wallet', credentials.humans2ai.agent)).status).toBe(200);
  });

  it('is empty when asked to be', async () => {
    const { credentials } = await start({ seed: 'empty' });
    const answer = await read('https://agrenting.com/api/v1/agents', credentials.agrenting.hirer);
    expect(answer).toMatchObject({ status: 200, body: { data: [], meta: { pagination: { total_count: 0 } } } });
  });

  it('stands still until its clock is moved', async () => {
    const { credentials, advance } = await start({ clock: { now: () => Date.parse('2026-03-02T10:30:00Z') } });
    const hired = await fetch('https://agrenting.com/api/v1/agents/did:agrenting:swift/hire', {
      method: 'POST',
      headers: { 'x-api-key': credentials.agrenting.hirer, 'content-type': 'application/json' },
      body: JSON.stringify({ task_description: 'Read.', capability_requested: 'summarize', price: '2.00' }),
    });
    const url = `https://agrenting.com/api/v1/hirings/${(await hired.json()).data.hiring.id}`;
    const status = async () => (await read(url, credentials.agrenting.hirer)).body;
    expect(await status()).toMatchObject({ data: { status: 'queued' } });
    expect(await advance(60_000)).toBeGreaterThan(0);
    expect(await status()).toMatchObject({ data: { status: 'completed' } });
  });
});

describe('the published types', () => {
  it('need no module but msw', () => {
    const types = readFileSync('dist/testing/index.d.ts', 'utf8');
    const imports = [...types.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)].map((match) => match[1]);
    expect(imports).toEqual(['msw']);
    expect(types).toContain('export declare function createMarketplaceDouble(options?: DoubleOptions)');
  });

  it('are all that the example needs to compile', async () => {
    const compile = promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples']);
    await expect(compile).resolves.toMatchObject({ stdout: '' });
  });
});
