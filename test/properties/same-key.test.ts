import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/backend/clock.js';
import { type Backend, createBackend } from '../../src/backend/index.js';
import { START } from '../spending/support/market.js';
import { type Dice, dice, seedOfRun, sized } from '../spending/support/random.js';

/** One key, one effect: the whole reference backend under many callers with the same key. */

const ROUNDS = sized(1_000, 10_000, 50);
const CALLERS = 16;
const MUTATIONS = sized(10_000, 100_000, 500);
const SPELLINGS = sized(2_000, 20_000, 100);
const SEED = seedOfRun(16_180_339);
const DAY_MS = 86_400_000;

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({
    clock: { now: () => START },
    random: seededRandom('same key'),
    settings: { rateLimits: false },
  });
});
afterAll(() => backend.close());

type Json = Record<string, unknown>;
interface Action {
  readonly name: string;
  readonly body: (note: string) => Json;
  /** Where the arguments are in the body. */
  readonly fields: (body: Json) => Json;
  send(body: string, key: string): Promise<Response>;
}

const post = (path: string, header: string, secret: () => string) => async (body: string, key: string) =>
  await backend.fetch(
    new Request(`http://backend.test${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret()}`, 'content-type': 'application/json', [header]: key },
      body,
    }),
  );

const hire: Action = {
  name: 'hire',
  body: (note) => ({
    task_description: note,
    capability_requested: 'summarize',
    price: '2.00',
    delivery_mode: 'output',
    task_input: { text: note, depth: 1 },
    client_message: 'please',
  }),
  fields: (body) => body,
  send: post('/api/v1/agents/did:agrenting:swift/hire', 'x-idempotency-key', () => backend.credentials.agrenting.hirer),
};
const createTask: Action = {
  name: 'create_task',
  body: (note) => ({
    tool: 'create_task',
    input: {
      title: note,
      description: 'Visit three coffee shops and take five pictures of each of them.',
      category: 'photography',
      budget: 1,
      deadline: new Date(START + 3 * DAY_MS).toISOString(),
      urgency: 'medium',
      location: 'Shanghai',
    },
  }),
  fields: (body) => (typeof body.input === 'object' ? { ...body.input } : {}),
  send: post('/api/v1/mcp', 'idempotency-key', () => backend.credentials.humans2ai.agent),
};
const actions = [hire, createTask] as const;

const locks = async (): Promise<number> => {
  const query = backend.env.db.selectFrom('transfers').select(({ fn }) => fn.countAll<bigint>().as('n'));
  return Number((await query.where('kind', '=', 'lock').executeTakeFirstOrThrow()).n);
};
const readAnswer = async (response: Response) => ({
  status: response.status,
  text: await response.text(),
  replayed: response.headers.get('idempotent-replayed') === 'true',
  wait: response.headers.has('retry-after'),
});

/** Money for every round, whoever pays. */
async function refill(): Promise<void> {
  const { db } = backend.env;
  const rows = await db.selectFrom('accounts').selectAll().where('kind', '=', 'available').execute();
  for (const [index, { id, currency }] of rows.entries()) {
    const subject = `refill ${index} ${id}`;
    const row = { debit: `world:world:${currency}`, credit: id, amount: 10n ** 14n, kind: 'grant' as const, subject };
    await db
      .insertInto('transfers')
      .values({ ...row, operation_key: null, created_at: '2026' })
      .execute();
  }
}

describe('sixteen callers with one key', () => {
  it('have one effect between them; the others get the same bytes, or are told to wait', async () => {
    await refill();
    const before = await locks();
    let wrong = 0;
    let replays = 0;
    let waits = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const action = actions[round % 2] ?? hire;
      const body = JSON.stringify(action.body(`round ${round}`));
      const key = `round-${round}-of-this-run`;
      const answers = await Promise.all(
        Array.from({ length: CALLERS }, async () => await readAnswer(await action.send(body, key))),
      );
      const first = answers.find(({ status, replayed }) => status < 300 && !replayed);
      const later = await readAnswer(await action.send(body, key));
      for (const answer of [...answers, later]) {
        if (answer === first) continue;
        const same = answer.replayed && answer.text === first?.text && answer.status === first.status;
        const wait = answer.status === 409 && answer.wait && answer !== later;
        replays += same ? 1 : 0;
        waits += wait ? 1 : 0;
        wrong += same || wait ? 0 : 1;
      }
      if ((await locks()) !== before + round + 1) wrong += 1;
    }
    const effects = (await locks()) - before;
    console.log(
      `figure: same-key-rounds=${ROUNDS} callers=${CALLERS} effects=${effects} replays=${replays} told-to-wait=${waits} wrong=${wrong} seed=none`,
    );
    expect({ wrong, effects }).toEqual({ wrong: 0, effects: ROUNDS });
  }, 1_800_000);
});

describe('one key with another body', () => {
  it('is refused for every field that differs, and has no effect', async () => {
    const roll = dice(SEED);
    const before = await locks();
    const accepted: string[] = [];
    const statuses = new Map<number, number>();
    for (const action of actions) await action.send(JSON.stringify(action.body('the first')), `mutated-${action.name}`);
    for (let count = 0; count < MUTATIONS; count += 1) {
      const action = roll.pick(actions);
      const body = mutated(action, roll);
      const response = await action.send(JSON.stringify(body), `mutated-${action.name}`);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status < 400) accepted.push(JSON.stringify(body));
    }
    const effects = (await locks()) - before - actions.length;
    console.log(
      `figure: mutations-under-one-key=${MUTATIONS} accepted=${accepted.length} effects=${effects} ` +
        `statuses=${JSON.stringify(Object.fromEntries(statuses))} seed=${SEED}`,
    );
    expect(accepted.slice(0, 5)).toEqual([]);
    expect(effects).toBe(0);
  }, 1_800_000);

  it('that only is spelled differently is replayed byte for byte', async () => {
    const roll = dice(SEED);
    const before = await locks();
    const first = new Map<string, string>();
    let differing = 0;
    for (let count = 0; count < SPELLINGS; count += 1) {
      const action = roll.pick(actions);
      const text = respelled(action.body('spelled'), roll);
      const answer = await readAnswer(await action.send(text, `spelled-${action.name}`));
      const known = first.get(action.name);
      if (known === undefined) first.set(action.name, answer.text);
      else if (answer.text !== known || !answer.replayed) differing += 1;
    }
    const effects = (await locks()) - before;
    console.log(`figure: spellings=${SPELLINGS} differing=${differing} effects=${effects} seed=${SEED}`);
    expect({ differing, effects }).toEqual({ differing: 0, effects: 2 });
  }, 1_800_000);
});

/** The first body with one field changed, taken away or added. */
function mutated(action: Action, roll: Dice): Json {
  const body = action.body('the first');
  const fields = action.fields(body);
  const name = roll.pick(Object.keys(fields));
  const value = fields[name];
  const change = roll.below(10);
  if (typeof value === 'number') fields[name] = value + 1 + roll.below(1_000);
  else if (typeof value === 'object') fields[name] = { ...value, [roll.word(4)]: roll.word(4) };
  else if (name === 'price') fields[name] = `${2 + roll.below(900)}.${10 + roll.below(90)}`;
  else if (name === 'deadline') fields[name] = new Date(START + 3 * DAY_MS + 1 + roll.below(DAY_MS)).toISOString();
  else if (name === 'urgency') fields[name] = roll.pick(['low', 'high', 'critical']);
  // Left out, the delivery mode is what it was.
  else if (change === 0 && name !== 'delivery_mode') delete fields[name];
  else fields[name] = change < 5 ? `${String(value)}${roll.word(1)}` : roll.word(8);
  return body === fields || !('input' in body) ? fields : { ...body, input: fields };
}

/** The same JSON value in other words: order of members, white space, escapes, spelling of numbers. */
function respelled(value: unknown, roll: Dice): string {
  const space = () => roll.pick(['', ' ', '\n', '\t  ']);
  if (typeof value === 'number') return roll.pick([String(value), `${value}.0`, `${value}e0`, `${value * 10}e-1`]);
  if (typeof value === 'string') {
    const plain = JSON.stringify(value);
    const at = roll.below(value.length);
    const spelled = `\\u${value.charCodeAt(at).toString(16).padStart(4, '0')}`;
    return roll.chance(0.5) ? plain : `"${value.slice(0, at)}${spelled}${value.slice(at + 1)}"`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}${space()}:${space()}${respelled(item, roll)}`,
  );
  const shuffled = members.map((text) => ({ text, at: roll.below(1_000_000) })).toSorted((a, b) => a.at - b.at);
  return `{${space()}${shuffled.map(({ text }) => text).join(`${space()},${space()}`)}${space()}}`;
}
