import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setLogLevel } from '../../src/log.js';
import { mutations } from './mutations.js';
import { ERAS, Session, turn } from './session.js';

beforeAll(() => setLogLevel('error'));
afterAll(() => setLogLevel('info'));

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const COUNT = process.env.SOAK === '1' ? 500_000 : 50_000;
const BATCH = 250;

describe.each(ERAS)('mutated frames, in %s', (era) => {
  it('crash nothing, and every request among them is answered', async () => {
    const session = new Session({ era, maxFrame: 4_096 });
    await session.open();
    const make = (id: number) => [
      JSON.stringify(session.frame(id, 'ping')),
      JSON.stringify(session.frame(id, 'tools/list')),
      JSON.stringify(
        session.frame(id, 'tools/call', {
          name: 'x',
          arguments: { text: 'Größe 💸', amount: '25.00', list: [1, null] },
        }),
      ),
      JSON.stringify({
        method: 'tools/call',
        params: { name: 'x', arguments: { id: 7, deep: { id: 'a' } } },
        jsonrpc: '2.0',
        id,
      }),
      JSON.stringify(session.frame(`text-${id}`, 'resources/list')),
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: id, progress: 1 } }),
      JSON.stringify({ jsonrpc: '2.0', id, result: {} }),
    ];
    const unanswered: string[] = [];
    let frames = 0;
    let answers = 0;
    let slowest = 0;
    let batch: { bytes: Buffer[]; answered: (string | number)[] } = { bytes: [], answered: [] };
    const flush = async () => {
      session.messages.length = 0;
      for (const bytes of batch.bytes) session.raw(bytes);
      await session.settled();
      for (let turns = 0; session.transport.pending > 0 && turns < 100; turns += 1) await turn();
      const seen = new Set(session.messages.filter((message) => !('method' in message)).map(({ id }) => id));
      unanswered.push(...batch.answered.filter((id) => !seen.has(id)).map(String));
      answers += seen.size;
      const from = performance.now();
      await session.request('tools/list');
      slowest = Math.max(slowest, performance.now() - from);
      batch = { bytes: [], answered: [] };
    };
    for (const { bytes, answered } of mutations(seed, COUNT, make)) {
      batch.bytes.push(bytes);
      batch.answered.push(...answered);
      frames += 1;
      if (batch.bytes.length === BATCH) await flush();
    }
    await flush();
    console.log(
      `figure: mutated-frames=${frames} era=${era} crashes=0 bad-lines=${session.invalid.length} ` +
        `unanswered=${unanswered.length} answers=${answers} slowest-next-answer=${slowest.toFixed(1)}ms seed=${seed}`,
    );
    expect(session.invalid).toEqual([]);
    expect(unanswered).toEqual([]);
    expect(session.transport.pending).toBe(0);
    expect(answers).toBeGreaterThan(frames / 10);
    expect(session.ended).toEqual([]);
  }, 900_000);
});
