import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenToNews } from '../../src/webhooks/news.js';
import { signHumans2ai } from '../../src/webhooks/signature.js';
import { Host } from '../bridge/resources/host.js';
import { settled, VirtualTime } from '../bridge/resources/virtual-time.js';
import { BIN, cleanEnvironment } from '../stdio/program.js';

/** `hirewire webhooks listen` beside a bridge: what a webhook tells of is looked at, and told, at once. */

const SECRET = 'whsec_of_this_test';
const WEBHOOK = { id: 'evt_1', type: 'application.created', data: {} };

let host: Host;
let timers: VirtualTime;
let listening: ReturnType<typeof spawn>;
let url = '';
beforeAll(async () => {
  timers = new VirtualTime();
  host = await Host.open({ era: '2026-07-28', timers });
  const env = cleanEnvironment(host.folder, { HIREWIRE_WEBHOOK_SECRET: SECRET });
  const args = [BIN, 'webhooks', 'listen', '--port', '0', '--json'];
  listening = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const { stderr } = listening;
  if (!stderr) throw new Error('there is no stderr');
  const said = await new Promise<string>((resolve) => createInterface({ input: stderr }).once('line', resolve));
  url = /http:\S+/.exec(said)?.[0] ?? '';
});
afterAll(async () => {
  const gone = new Promise((resolve) => listening.once('exit', resolve));
  listening.kill('SIGTERM');
  await gone;
  await host.close();
});

const told = (uri: string) => host.updates.filter((update) => update === uri).length;
const deliver = (secret: string): Promise<Response> => {
  const body = JSON.stringify(WEBHOOK);
  const headers = { 'x-humans2ai-signature': signHumans2ai(body, [secret], Date.now()) };
  return fetch(url, { method: 'POST', headers, body });
};

it('a signed delivery makes the bridge look within seconds, a forged one does not', async () => {
  const { id } = await host.call('create_task', {
    title: 'Photograph the shop window',
    description: 'One photograph of the whole window, by daylight.',
    category: 'photography',
    budget: 40,
    deadline: new Date(Date.now() + 10 * 86_400_000).toISOString(),
    urgency: 'low',
  });
  const uri = `task://${id}`;
  await host.subscribe(uri);
  await host.backend.advance(60_000);
  while (told(uri) < 1) await timers.advance(2_000);
  // By now it is looked at every thirty seconds.
  await timers.advance(600_000);
  const before = told(uri);
  const applied = await host.backend.fetch(
    new Request(`http://backend.invalid/humans2ai/api/v1/tasks/${id}/apply`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${host.backend.credentials.humans2ai.human}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ message: 'I live next door.' }),
    }),
  );
  expect(applied.status).toBe(201);

  expect((await deliver('whsec_of_somebody_else')).status).toBe(401);
  await timers.advance(3_000);
  expect(told(uri)).toBe(before);

  // This process hears of it as the bridge in it does, but after it.
  const heard = new Promise<void>((resolve) => {
    const stop = listenToNews(host.folder, () => {
      stop();
      resolve();
    });
  });
  expect((await deliver(SECRET)).status).toBe(200);
  await heard;
  await settled();
  await timers.advance(3_000);
  expect(told(uri)).toBe(before + 1);
});
