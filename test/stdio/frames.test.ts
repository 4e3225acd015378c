import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostileFrames } from '../bridge/hostile-frames.js';
import { mutations } from '../bridge/mutations.js';
import { ERAS, type Era, envelopeOf } from '../bridge/session.js';
import { type Folder, temporaryFolder } from './program.js';
import { RawClient } from './raw-client.js';

/** Hostile and damaged frames against the built program, over real pipes. */

const MIB = 1024 * 1024;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const COUNT = process.env.SOAK === '1' ? 500_000 : 50_000;

let folder: Folder;
let client: RawClient;
beforeAll(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await client.stop();
  expect(client.invalid).toEqual([]);
});
afterAll(() => folder.remove());

/** An id of this test's own, never one of a frame's. */
const isFrames = (id: unknown): boolean => id !== undefined && !String(id).startsWith('own-');

async function open(era: Era, args: readonly string[]): Promise<void> {
  client = new RawClient(folder.path, ['--log-level', 'error', ...args]);
  if (era === '2025-11-25') await client.initialize();
  else await client.request('tools/list', envelopeOf(era));
}

describe.each(ERAS)('in %s', (era) => {
  it('every frame of the corpus is answered where it can be, and the next request too', async () => {
    const maxFrame = 65_536;
    const corpus = hostileFrames(maxFrame);
    await open(era, ['--max-frame', String(maxFrame)]);
    const wrong: string[] = [];
    for (const { name, bytes, answered } of corpus) {
      client.messages.length = 0;
      const answers = Promise.all(answered.map((id) => client.answer(id)));
      await client.write(bytes);
      await client.request('tools/list', envelopeOf(era));
      // A call may take longer than the request after it.
      await Promise.race([answers, new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
      const ids = client.messages.flatMap((message) =>
        'method' in message || !isFrames(message.id) ? [] : [message.id],
      );
      if (JSON.stringify(ids.map(String).toSorted()) !== JSON.stringify(answered.map(String).toSorted())) {
        wrong.push(`${name}: answered ${JSON.stringify(ids).slice(0, 100)}`);
      }
    }
    console.log(
      `figure: stdio-hostile-frames=${corpus.length} era=${era} wrong=${wrong.length} bad-lines=${client.invalid.length}`,
    );
    expect(wrong).toEqual([]);
  });

  it('damaged frames crash nothing, and every request among them is answered', async () => {
    await open(era, ['--max-frame', '4096']);
    const call = (id: number | string, method: string, params = {}) =>
      JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, ...envelopeOf(era) } });
    const make = (id: number) => [
      call(id, 'ping'),
      call(id, 'tools/list', { cursor: 'none' }),
      call(id, 'tools/call', {
        name: 'no_such_tool',
        arguments: { text: 'Größe 💸', amount: '25.00', list: [1, null] },
      }),
      call(`text-${id}`, 'resources/list'),
      call(id, 'initialize', {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'x', version: '1' },
      }),
      JSON.stringify({
        method: 'tools/call',
        params: { name: 'no_such_tool', arguments: { id: 7 } },
        jsonrpc: '2.0',
        id,
      }),
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' }),
    ];
    const unanswered: string[] = [];
    let answers = 0;
    let slowest = 0;
    let batch: { bytes: Buffer[]; answered: (string | number)[] } = { bytes: [], answered: [] };
    const flush = async () => {
      client.messages.length = 0;
      await client.write(Buffer.concat(batch.bytes));
      await client.request('resources/list', envelopeOf(era));
      const from = performance.now();
      await client.request('resources/list', envelopeOf(era));
      slowest = Math.max(slowest, performance.now() - from);
      const seen = new Set(client.messages.filter((message) => !('method' in message)).map(({ id }) => id));
      unanswered.push(...batch.answered.filter((id) => !seen.has(id)).map(String));
      answers += seen.size;
      batch = { bytes: [], answered: [] };
    };
    let frames = 0;
    for (const { bytes, answered } of mutations(seed, COUNT, make)) {
      batch.bytes.push(bytes);
      batch.answered.push(...answered);
      frames += 1;
      if (frames % 500 === 0) await flush();
    }
    await flush();
    console.log(
      `figure: stdio-mutated-frames=${frames} era=${era} crashes=0 bad-lines=${client.invalid.length} ` +
        `unanswered=${unanswered.length} answers=${answers} slowest-next-answer=${slowest.toFixed(0)}ms seed=${seed}`,
    );
    expect(unanswered).toEqual([]);
    expect(client.child.exitCode).toBeNull();
    expect(answers).toBeGreaterThan(frames / 10);
  }, 900_000);
});

describe('what is too large', () => {
  it('is refused at the configured size, with the id, and the program goes on', async () => {
    await open('2025-11-25', ['--max-frame', '10000']);
    const frame = (id: number, size: number) => {
      const start = `{"jsonrpc":"2.0","id":${id},"method":"ping","params":{"a":"`;
      return `${start}${'x'.repeat(size - start.length - 3)}"}}\n`;
    };
    const answers = [client.answer(1), client.answer(2), client.answer(3)];
    await client.write(frame(1, 10_000) + frame(2, 10_001) + frame(3, 9_999));
    const [fits, large, smaller] = await Promise.all(answers);
    expect(fits).toMatchObject({ result: {} });
    expect(large).toMatchObject({
      error: { code: -32_600, message: 'The message is 10001 bytes; at most 10000 are read.' },
    });
    expect(smaller).toMatchObject({ result: {} });
  });

  it('is 4 MiB unless something else is set', async () => {
    await open('2025-11-25', []);
    const answer = client.answer(1);
    await client.write(`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"${'x'.repeat(4 * MIB)}"}}\n`);
    expect(await answer).toMatchObject({ error: { message: expect.stringContaining('at most 4194304 are read') } });
    const fits = client.answer(2);
    await client.write(`{"jsonrpc":"2.0","id":2,"method":"ping","params":{"a":"${'x'.repeat(4 * MIB - 100)}"}}\n`);
    expect(await fits).toMatchObject({ result: {} });
  });

  it('does not stay in memory: 64 MiB without a newline, and with an id at its end', async () => {
    await open('2025-11-25', []);
    const block = Buffer.alloc(MIB, 'x');
    const answer = client.answer(77);
    await client.write('{"jsonrpc":"2.0","method":"tools/call","params":{"a":"');
    let peak = 0;
    for (let sent = 0; sent < 64; sent += 1) {
      await client.write(block);
      peak = Math.max(peak, client.memory() ?? 0);
    }
    await client.write('"},"id":77}\n');
    expect(await answer).toMatchObject({ error: { code: -32_600 } });
    const from = performance.now();
    await client.request('ping');
    const ms = Math.round(performance.now() - from);
    const after = client.memory();
    console.log(
      `figure: line=64MiB peak-rss=${Math.round(peak)}MiB rss-after=${Math.round(after ?? 0)}MiB next-ping=${ms}ms`,
    );
    if (after !== undefined) expect(Math.max(peak, after)).toBeLessThan(200);
    expect(ms).toBeLessThan(250);
  });

  it('is passed over: two million blank lines', async () => {
    await open('2025-11-25', []);
    const blank = Buffer.alloc(MIB, '\n');
    await client.write(blank);
    await client.write(blank);
    const from = performance.now();
    await client.request('ping');
    const ms = Math.round(performance.now() - from);
    console.log(`figure: stdio-blank-lines=${2 * MIB} next-ping=${ms}ms`);
    expect(ms).toBeLessThan(1_000);
  });
});

describe('stdout', () => {
  it('carries JSON-RPC and nothing else, however much is logged', async () => {
    client = new RawClient(folder.path, ['--log-level', 'debug']);
    await client.initialize();
    for (const { bytes } of hostileFrames(4_096)) await client.write(bytes);
    await client.request('tools/call', { name: 'check_balance', arguments: {} });
    await client.request('tools/call', { name: 'hire_agent', arguments: { nonsense: true } });
    await client.request('no/such/method');
    expect(client.invalid).toEqual([]);
    expect(client.stderr).toContain('hirewire warn: a message was refused');
  });
});
