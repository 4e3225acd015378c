import { afterEach, describe, expect, it } from 'vitest';
import type { MountEntry } from '../../../src/config/mounts.js';
import { fakeServer } from '../../marketplaces/hosted/fake-server.js';
import { HASTY, mountIn, type World, world } from '../../marketplaces/hosted/world.js';
import { classic, modern, sse, synchronous, type WireServer } from './wire-servers.js';

/** Whatever wire a server speaks is found, remembered and used. */

let scene: World | undefined;
let server: { close(): Promise<void> } | undefined;

afterEach(async () => {
  await scene?.close();
  await server?.close();
});

interface Case {
  readonly start: () => Promise<WireServer>;
  readonly path: string;
  readonly kind?: MountEntry['kind'];
  readonly wire: { readonly kind: 'http' | 'sse'; readonly path: string; readonly era: 'legacy' | 'modern' };
  /** Whether it tells when its list changes. */
  readonly tells: boolean;
}

const http = (path: string, era: 'legacy' | 'modern') => ({ kind: 'http', path, era }) as const;
const stream = { kind: 'sse', path: '/sse', era: 'legacy' } as const;

const CASES: Readonly<Record<string, Case>> = {
  'Streamable HTTP of 2026-07-28': { start: modern, path: '/mcp', wire: http('/mcp', 'modern'), tells: true },
  'Streamable HTTP of 2026-07-28, by its origin': {
    start: modern,
    path: '/',
    wire: http('/mcp', 'modern'),
    tells: true,
  },
  'Streamable HTTP of 2025': { start: classic, path: '/mcp', wire: http('/mcp', 'legacy'), tells: true },
  'Streamable HTTP of 2025, by its origin': { start: classic, path: '/', wire: http('/mcp', 'legacy'), tells: true },
  'HTTP with SSE': { start: sse, path: '/sse', wire: stream, tells: true },
  'HTTP with SSE, by its origin': { start: sse, path: '/', wire: stream, tells: true },
  'PraisonAI over SSE': { start: sse, path: '/', kind: 'praisonai', wire: stream, tells: true },
  'PraisonAI over Streamable HTTP': {
    start: classic,
    path: '/',
    kind: 'praisonai',
    wire: http('/mcp', 'legacy'),
    tells: true,
  },
  'the synchronous POST': {
    start: () => synchronous(false),
    path: '/',
    wire: http('/messages/', 'legacy'),
    tells: false,
  },
};

describe('a server over', () => {
  for (const [name, { start, path, kind, wire, tells }] of Object.entries(CASES)) {
    it(`${name} is found, called, and its changes are heard`, async () => {
      const upstream = await start();
      server = upstream;
      scene = world();
      const mounts = scene.open({ some: { url: `${upstream.origin}${path}`, ...(kind ? { kind } : {}) } }, HASTY);
      const mount = mountIn(mounts);
      await mount.look();
      expect(mount.remembered?.wire).toEqual({ kind: wire.kind, url: `${upstream.origin}${wire.path}`, era: wire.era });
      expect(mount.shown?.tools.map((tool) => tool.name)).toEqual(['echo']);
      const params = { name: 'echo', arguments: { text: 'across' } };
      const result = await mount.request('tools/call', params, {}, { kind: 'tool', name: 'echo' });
      expect(result.content).toEqual([{ type: 'text', text: 'across' }]);
      if (!tells) return;
      const changed = new Promise<void>((resolve) => mounts.onChanged(resolve));
      upstream.addTool('late');
      await changed;
      expect(mount.shown?.tools.map((tool) => tool.name)).toEqual(['echo', 'late']);
    });
  }

  it('what never answers the first question is asked in another way', async () => {
    const mute = await fakeServer((asked) =>
      asked.method === 'server/discover' ? new Promise(() => undefined) : undefined,
    );
    const upstream = await synchronous(true);
    scene = world();
    const mounts = scene.open({ mute: { url: mute.url }, agent: { url: upstream.origin, kind: 'praisonai' } });
    server = { close: async () => void (await Promise.all([mute.close(), upstream.close()])) };
    await Promise.all(mounts.all.map((mount) => mount.look()));
    expect(mounts.all.map((mount) => mount.remembered?.wire)).toEqual([
      { kind: 'http', url: mute.url, era: 'legacy' },
      // Its stream names no endpoint.
      { kind: 'http', url: `${upstream.origin}/messages/`, era: 'legacy' },
    ]);
  });

  it('AgentDojo: the URL as it is, X-API-Key, nothing but POSTs, and 100 a minute', async () => {
    const upstream = await fakeServer();
    server = upstream;
    scene = world({ HIREWIRE_MOUNT_DOJO_KEY: 'sk_server_0123456789' });
    const mount = mountIn(scene.open({ dojo: { url: upstream.url, kind: 'agentdojo' } }));
    const call = () =>
      mount.request('tools/call', { name: 'echo', arguments: { text: 'x' } }, {}, { kind: 'tool', name: 'echo' });
    await mount.look();
    expect(upstream.asked.map(({ method }) => method)).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/list',
    ]);
    for (const { path, headers } of upstream.asked) {
      expect({ path, key: headers['x-api-key'], bearer: headers.authorization }).toEqual({
        path: '/mcp/fake',
        key: 'sk_server_0123456789',
        bearer: undefined,
      });
    }
    for (let count = 2; count < 100; count += 1) await call();
    await expect(call()).rejects.toMatchObject({ facts: { code: 'RATE_LIMITED', changed: 'no' } });
    expect(upstream.asked.filter(({ id }) => id !== undefined)).toHaveLength(100);
  });
});
