import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningBackend, startBackend, temporaryFolder } from '../../stdio/program.js';
import { startReceiver } from './receiver.js';

/**
 * The built program, killed again and again while it delivers to a receiver that fails, resets, hangs, redirects and
 * answers late: every event arrives at least once, in order per subject.
 */

const SEED = 20_261_121;
const SUBJECTS = process.env.SOAK ? 100 : 25;
const EVENTS_EACH = process.env.SOAK ? 100 : 40;
const RESTARTS = process.env.SOAK ? 20 : 4;
const TIMEOUT_MS = 150;
const MINUTE = 60_000;

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

describe('the delivery of webhooks', () => {
  it('loses nothing and keeps the order, whatever the receiver does and however often the sender is killed', async () => {
    const folder = temporaryFolder();
    cleanUp.push(folder.remove);
    const receiver = await startReceiver(SEED, 3 * TIMEOUT_MS);
    cleanUp.push(() => receiver.close());
    const args = ['--db', join(folder.path, 'market.db'), '--no-rate-limits', '--webhook-timeout', String(TIMEOUT_MS)];
    let market = await startBackend(folder.path, args);
    cleanUp.push(() => market.stop());
    const post = async (path: string, body: object): Promise<{ id: string; secret: string }> => {
      const response = await fetch(`${market.url}/humans2ai/api/v1${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${market.credentials.humans2ai.agent}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
      expect(response.status, path).toBe(201);
      return await response.json();
    };

    receiver.secret = (await post('/webhooks', { url: receiver.url, events: ['message.created'] })).secret;
    const said = new Map<string, string[]>();
    for (let n = 0; n < SUBJECTS; n += 1) said.set((await post('/tasks', task(n))).id, []);
    const total = SUBJECTS * EVENTS_EACH;
    const killAt = new Set(Array.from({ length: RESTARTS }, (_, n) => Math.floor(((n + 1) * total) / (RESTARTS + 1))));
    let sent = 0;
    for (let n = 0; n < EVENTS_EACH; n += 1) {
      for (const [taskId, messages] of said) {
        messages.push((await post(`/tasks/${taskId}/messages`, { content: `Message ${n}.` })).id);
        sent += 1;
        if (killAt.has(sent)) market = await killed(market, folder.path, args);
      }
      await market.advance(MINUTE);
    }
    // Retries come due by the sandbox's clock; the last ones need a few of its minutes.
    for (let turn = 0; receiver.accepted() < total && turn < 50_000; turn += 1) await market.advance(MINUTE);

    const { arrivals } = receiver;
    const lost = [...said.values()].flat().filter((id) => !arrivals.some(({ event }) => event === id));
    const disordered = [...said].filter(([taskId, messages]) => {
      const place = new Map(messages.map((id, at) => [id, at]));
      const seen = arrivals.filter(({ subject }) => subject === taskId).map(({ event }) => place.get(event) ?? -1);
      // What comes again comes before anything newer; a newer one never overtakes.
      return seen.some((at, n) => at < (seen[n - 1] ?? 0));
    });
    const manners = new Map<string, number>();
    for (const { manner } of arrivals) manners.set(manner, (manners.get(manner) ?? 0) + 1);
    console.log(
      `figure: webhook-events=${total} restarts=${RESTARTS} attempts=${arrivals.length} lost=${lost.length} ` +
        `subjects-out-of-order=${disordered.length} redirects-followed=${receiver.followed} ` +
        `${[...manners].map(([name, n]) => `${name}=${n}`).join(' ')} seed=${SEED}`,
    );
    expect(receiver.accepted()).toBe(total);
    expect(lost).toEqual([]);
    expect(disordered).toEqual([]);
    expect(receiver.followed).toBe(0);
    expect(arrivals.filter(({ signed }) => !signed)).toEqual([]);
    expect([...manners.keys()].toSorted()).toEqual(['accepts', 'fails', 'hangs', 'late', 'redirects', 'resets']);
  });
});

async function killed(market: RunningBackend, folder: string, args: readonly string[]): Promise<RunningBackend> {
  const gone = new Promise((resolve) => market.child.once('exit', resolve));
  market.child.kill('SIGKILL');
  await gone;
  return await startBackend(folder, args);
}

const task = (n: number) => ({
  title: `Task ${n}`,
  description: 'A task to talk about.',
  category: 'photography',
  budget: 1,
  deadline: new Date(Date.now() + 80 * 24 * 3_600_000).toISOString(),
  urgency: 'low',
});
