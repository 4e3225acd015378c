import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { demo } from '../../../src/backend/credentials.js';
import { createBackend } from '../../../src/backend/index.js';
import { listen } from '../../../src/backend/listen.js';
import { allArrived, openReaders, Reader } from '../../bench/stream-readers.js';
import { backendServer } from '../../bench/stream-server.js';

/** Many streams over real sockets; 5,000 of them are in the benchmark. */

const folder = mkdtempSync(join(tmpdir(), 'hirewire-streams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('delivers every notification to 300 open streams, though 30 of them read nothing', async () => {
  const server = await backendServer(join(folder, 'many.db'), 6);
  const readers = await openReaders(server.port, server.keys, 50);
  const paused = readers.filter((_, index) => index % 10 === 9);
  for (const reader of paused) reader.pause();
  const reading = readers.filter((reader) => !paused.includes(reader));
  for (let round = 1; round <= 3; round += 1) {
    await server.fire();
    await allArrived(reading, round, 20_000);
    expect(reading.filter(({ arrivals }) => arrivals.length !== round)).toEqual([]);
  }
  for (const reader of readers) reader.close();
  await server.close();
}, 60_000);

it('drops a reader behind a socket that takes nothing, and nobody else', async () => {
  const backend = await createBackend({ settings: { rateLimits: false } });
  const server = await listen(backend, 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { agent } = backend.credentials.agrenting;
  const dead = new Reader(port, agent, false);
  await dead.opened;
  dead.pause();
  const [deadSession] = [...backend.env.sessions.of('agent', demo.agent)];
  const living = new Reader(port, agent, false);
  await living.subscribe('hiring://pending');
  // What the system buffers for a socket is some megabytes; behind them our own bound counts.
  const chunk = new TextEncoder().encode(`: ${'x'.repeat(64 * 1024)}\n\n`);
  for (let n = 0; n < 2_000 && backend.env.sessions.size === 2; n += 1) {
    deadSession?.send(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(backend.env.sessions.size).toBe(1);
  backend.env.sessions.updated('agent', demo.agent, ['hiring://pending']);
  await allArrived([living], 1, 5_000);
  expect(living.arrivals).toHaveLength(1);
  for (const reader of [dead, living]) reader.close();
  await server.stop();
  await backend.close();
});
