import { join } from 'node:path';
import Libsql from 'libsql';
import { createBackend } from '../../src/backend/index.js';
import { fund } from '../backend/fund.js';
import { type Line, median, ms, paired, timed, times } from './measure.js';

const HIRES = 300;

/** Hires per second, over HTTP semantics in process and on disk, against bare SQLite transactions on the same disk. */
export async function throughput(folder: string): Promise<Line[]> {
  const backend = await createBackend({ database: join(folder, 'bench.db'), settings: { rateLimits: false } });
  await fund(backend.env.db, backend.env.clock.now());
  const headers = {
    authorization: `Bearer ${backend.credentials.agrenting.hirer}`,
    'content-type': 'application/json',
  };
  let count = 0;
  const hire = async () => {
    count += 1;
    const response = await backend.fetch(
      new Request('http://sandbox.invalid/api/v1/agents/did:agrenting:swift/hire', {
        method: 'POST',
        headers: { ...headers, 'x-idempotency-key': `bench-${count}` },
        body: JSON.stringify({ task_description: 'bench', capability_requested: 'summarize', price: '2.00' }),
      }),
    );
    if (response.status !== 201) throw new Error(`hire failed with ${response.status}`);
  };
  const raw = new Libsql(join(folder, 'raw.db'));
  raw.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER)',
  );
  const insert = raw.prepare('INSERT INTO t (a, b) VALUES (?, ?)');
  const ours = () =>
    timed(async () => {
      for (let index = 0; index < HIRES; index += 1) await hire();
    });
  const theirs = () =>
    timed(async () => {
      for (let index = 0; index < HIRES; index += 1) insert.run('x', index);
    });
  const pair = await paired(3, ours, theirs);
  await backend.close();
  raw.close();
  const rate = (total: number) => `${Math.round((HIRES * 1_000) / total)}/s`;
  return [
    {
      what: 'hires of the backend: key claimed, money held, answer stored, one commit',
      ours: rate(pair.ours),
      against: `bare one-row SQLite commits: ${rate(pair.theirs)}`,
      ratio: times(pair.ratio),
    },
  ];
}

/** What a list and a balance cost with few and with many rows. */
export async function listCost(folder: string): Promise<Line[]> {
  const cost = new Map<number, { agents: number; hirings: number; balance: number }>();
  for (const rows of [10, 1_000, 100_000]) {
    const backend = await createBackend({ database: join(folder, `list-${rows}.db`), settings: { rateLimits: false } });
    await fill(backend, rows);
    const headers = { authorization: `Bearer ${backend.credentials.agrenting.hirer}` };
    const get = async (path: string) => {
      const samples: number[] = [];
      for (let index = 0; index < 60; index += 1) {
        const request = new Request(`http://sandbox.invalid/api/v1${path}`, { headers });
        samples.push(await timed(async () => await (await backend.fetch(request)).text()));
      }
      return median(samples.slice(10));
    };
    cost.set(rows, {
      agents: await get('/agents?limit=20'),
      hirings: await get('/hirings?limit=20'),
      balance: await get('/ledger/balance'),
    });
    await backend.close();
  }
  const few = cost.get(10) ?? { agents: Number.NaN, hirings: Number.NaN, balance: Number.NaN };
  return (['agents', 'hirings', 'balance'] as const).flatMap((what) =>
    [1_000, 100_000].map((rows) => {
      const many = cost.get(rows)?.[what] ?? Number.NaN;
      const name = what === 'balance' ? 'balance' : `list of 20 ${what}`;
      return {
        what: `${name} with ${rows.toLocaleString('en')} agents and hirings`,
        ours: ms(many),
        against: `with 10: ${ms(few[what])}`,
        ratio: times(many / few[what]),
      };
    }),
  );
}

/** Copies of one real agent and one real hiring, so that the rows are as the backend writes them. */
async function fill(backend: Awaited<ReturnType<typeof createBackend>>, rows: number): Promise<void> {
  const { db } = backend.env;
  const headers = {
    authorization: `Bearer ${backend.credentials.agrenting.hirer}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ task_description: 'bench', capability_requested: 'summarize', price: '2.00' });
  const url = 'http://sandbox.invalid/api/v1/agents/did:agrenting:swift/hire';
  await backend.fetch(new Request(url, { method: 'POST', headers, body }));
  const agent = await db
    .selectFrom('agrenting_agents')
    .selectAll()
    .where('did', '=', 'did:agrenting:swift')
    .executeTakeFirstOrThrow();
  const hiring = await db.selectFrom('hirings').selectAll().executeTakeFirstOrThrow();
  const { position: _position, seq: _seq, ...copiedAgent } = agent;
  const { seq: _hiringSeq, ...copiedHiring } = hiring;
  await db.transaction().execute(async (tx) => {
    for (let index = 0; index < rows; index += 1) {
      const id = backend.env.ids.uuid();
      await tx
        .insertInto('agrenting_agents')
        .values({ ...copiedAgent, id, did: `did:agrenting:copy-${index}` })
        .execute();
      await tx
        .insertInto('hirings')
        .values({ ...copiedHiring, id, dispatch_id: null, client_key: null, status: 'completed' })
        .execute();
    }
  });
}
