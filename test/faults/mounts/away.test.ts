import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { backoff } from '../../../src/http/backoff.js';
import type { Timers } from '../../../src/timers.js';
import { fakeServer, listen, stop } from '../../marketplaces/hosted/fake-server.js';
import { mountIn, type World, world } from '../../marketplaces/hosted/world.js';

/** A server that is away: it is tried again with growing, random pauses, by us and not by whoever asks. */

let scene: World | undefined;
let gate: Server | undefined;

afterEach(async () => {
  await scene?.close();
  if (gate) await stop(gate);
});

/** Time that stands still until the test moves it. */
class StandingTime implements Timers {
  private at = 1_000_000;
  readonly planned: { readonly ms: number; readonly run: () => void }[] = [];
  constructor(private readonly chance: number) {}
  now = () => this.at;
  random = () => this.chance;
  after = (ms: number, run: () => void) => {
    const plan = { ms, run };
    this.planned.push(plan);
    return () => void this.planned.splice(this.planned.indexOf(plan), 1);
  };
  /** The next thing that is planned happens. @returns how long it was planned ahead. */
  next(): number {
    const plan = this.planned.shift();
    if (!plan) throw new Error('nothing is planned');
    this.at += plan.ms;
    plan.run();
    return plan.ms;
  }
}

it('is tried after growing pauses, and refused in between without a request; when it is back it is used', async () => {
  const server = await fakeServer();
  let isAway = true;
  let refused = 0;
  gate = createServer((request, response) => {
    if (isAway) {
      refused += 1;
      return void response.writeHead(503).end();
    }
    void (async () => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { method = 'GET', headers } = request;
      const forwarded = await fetch(server.url, {
        method,
        headers: { 'content-type': String(headers['content-type']) },
        ...(method === 'GET' ? {} : { body }),
      });
      response.writeHead(forwarded.status, { 'content-type': forwarded.headers.get('content-type') ?? 'text/plain' });
      response.end(await forwarded.text());
    })();
  });
  const url = `${await listen(gate)}/mcp`;
  scene = world();
  const time = new StandingTime(0.5);
  const mount = mountIn(scene.open({ away: { url } }, time));
  const call = () =>
    mount.request('tools/call', { name: 'echo', arguments: { text: 'back' } }, {}, { kind: 'tool', name: 'echo' });

  await expect(mount.look()).rejects.toMatchObject({ facts: { code: 'UNAVAILABLE' } });
  const pauses: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const sent = refused;
    await expect(call()).rejects.toMatchObject({ facts: { changed: 'no', retryAfter: expect.any(Number) } });
    expect(refused).toBe(sent);
    pauses.push(time.next());
    await mount.look().catch(() => undefined);
    expect(refused).toBeGreaterThan(sent);
  }
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);

  isAway = false;
  time.next();
  await mount.look();
  expect((await call()).content).toEqual([{ type: 'text', text: 'back' }]);
  expect(mount.remembered).not.toHaveProperty('failure');
  await server.close();
  console.log(`figure: pauses_ms=${pauses.join(',')} requests_between=0`);
});

it('a thousand bridges do not come back at once', () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const timers = { now: () => 0, after: () => () => undefined, random };
  const waits = Array.from({ length: 1_000 }, () => backoff(5, timers));
  const busiest = Math.max(
    ...Array.from({ length: 32 }, (_, second) => waits.filter((ms) => Math.floor(ms / 1_000) === second).length),
  );
  expect(busiest).toBeLessThan(80);
  console.log(`figure: bridges=1000 busiest_second=${busiest} of_seconds=32`);
});
