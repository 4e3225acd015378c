import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { HIRING_ACTIONS, transition } from '../../src/backend/domain/hiring-states.js';
import {
  audit,
  balanceOf,
  hold,
  InsufficientBalance,
  openAccount,
  post,
  refund,
  release,
} from '../../src/backend/domain/ledger.js';
import { ruleOf, TASK_ACTIONS } from '../../src/backend/domain/task-states.js';
import { openDatabase } from '../../src/backend/store/database.js';
import type { Db } from '../../src/backend/store/schema.js';
import { shareOf } from '../../src/money.js';
import { type Dice, dice, seedOfRun, sized } from '../spending/support/random.js';

const SCHEDULES = sized(10_000, 200_000, 500);
const FORGERIES = 1_000;
const SEED = seedOfRun(26_457_513);
const AT = '2026-11-02T09:00:00.000Z';
const CURRENCIES = ['USD', '$A9token'] as const;

async function newLedger(): Promise<{ db: Db; close(): Promise<void> }> {
  const { db, close } = openDatabase(':memory:');
  for (const currency of CURRENCIES) {
    const debit = await openAccount(db, 'world', 'world', currency);
    for (const owner of ['alice', 'bob']) {
      const credit = await openAccount(db, owner, 'available', currency);
      const subject = `grant ${owner} ${currency}`;
      await post(db, { debit, credit, amount: 1_000_000n, kind: 'grant', subject, at: AT });
    }
  }
  return { db, close };
}

/** What the books must show after each step, kept beside them by plain addition. */
class Model {
  readonly available = new Map<string, bigint>();
  readonly held = new Map<string, { owner: string; currency: string; amount: bigint }>();
  add(owner: string, currency: string, amount: bigint): void {
    const name = `${owner}:available:${currency}`;
    this.available.set(name, (this.available.get(name) ?? 0n) + amount);
  }
  has(owner: string, currency: string): bigint {
    return this.available.get(`${owner}:available:${currency}`) ?? 0n;
  }
}

describe('the ledger', () => {
  it('sums to zero, never goes below it, and settles each escrow once, in random schedules', async () => {
    const roll = dice(SEED);
    let postings = 0;
    let refused = 0;
    const wrong: string[] = [];
    for (let schedule = 0; schedule < SCHEDULES; ) {
      const { db, close } = await newLedger();
      const model = new Model();
      for (const currency of CURRENCIES) for (const owner of ['alice', 'bob']) model.add(owner, currency, 1_000_000n);
      // Many schedules in one database: each goes on where the last one ended.
      for (let count = 0; count < 500 && schedule < SCHEDULES; count += 1, schedule += 1) {
        for (let step = 2 + roll.below(4); step > 0; step -= 1) {
          if (await move(db, model, roll, `${schedule}:${step}`)) postings += 1;
          else refused += 1;
        }
        const { sums, escrowGap, negative } = await audit(db);
        if (Object.values(sums).some((sum) => sum !== 0n)) wrong.push('a sum that is not zero');
        if (escrowGap !== 0n || negative !== 0n) wrong.push('escrow or a balance is wrong');
        const owner = roll.pick(['alice', 'bob', 'carol']);
        const currency = roll.pick(CURRENCIES);
        if ((await balanceOf(db, `${owner}:available:${currency}`)) !== model.has(owner, currency))
          wrong.push('a balance');
      }
      await close();
    }
    console.log(
      `figure: ledger-schedules=${SCHEDULES} postings=${postings} refused=${refused} wrong=${wrong.length} seed=${SEED}`,
    );
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(refused).toBeGreaterThan(100);
  }, 1_800_000);

  it('refuses every attempt to write an imbalance past the code', async () => {
    const roll = dice(SEED + 1);
    const { db, close } = await newLedger();
    await hold(db, { owner: 'alice', currency: 'USD', amount: 500n, subject: 's', escrowId: 'e', at: AT });
    await refund(db, { subject: 's', at: AT });
    await hold(db, {
      owner: 'bob',
      currency: 'USD',
      amount: 700n,
      subject: 't',
      escrowId: 'f',
      operationKey: 'k',
      at: AT,
    });
    const state = async () =>
      JSON.stringify(
        [
          await db.selectFrom('accounts').selectAll().orderBy('id').execute(),
          await db.selectFrom('transfers').selectAll().execute(),
          await db.selectFrom('escrows').selectAll().execute(),
        ],
        (_, value) => (typeof value === 'bigint' ? String(value) : value),
      );
    const before = await state();
    let accepted = 0;
    for (let count = 0; count < FORGERIES; count += 1) {
      const statement = forgery(roll);
      const took = await sql
        .raw(statement)
        .execute(db)
        .then(
          ({ numAffectedRows }) => (numAffectedRows ?? 0n) > 0n,
          () => false,
        );
      if (took) accepted += 1;
    }
    console.log(`figure: forged-sql=${FORGERIES} accepted=${accepted} seed=${SEED + 1}`);
    expect(accepted).toBe(0);
    expect(await state()).toBe(before);
    await close();
  }, 120_000);
});

/** One random movement, in the books and in the model. @returns whether it was made. */
async function move(db: Db, model: Model, roll: Dice, name: string): Promise<boolean> {
  const owner = roll.pick(['alice', 'bob']);
  const currency = roll.pick(CURRENCIES);
  const operationKey = roll.chance(0.5) ? `key ${name}` : undefined;
  const choice = roll.below(3);
  if (choice === 0 || model.held.size === 0) {
    const amount = roll.pick([0n, 1n, 999n, 12_345n, 2_000_000n]);
    const request = { owner, currency, amount, subject: name, escrowId: name, operationKey, at: AT };
    try {
      await db.transaction().execute((tx) => hold(tx, request));
    } catch (error) {
      if (!(error instanceof InsufficientBalance) || amount <= model.has(owner, currency)) throw error;
      return false;
    }
    if (amount > 0n) model.held.set(name, { owner, currency, amount });
    model.add(owner, currency, -amount);
    return true;
  }
  const [subject, escrow] = roll.pick([...model.held]);
  model.held.delete(subject);
  if (choice === 1) {
    const amount = await db.transaction().execute((tx) => refund(tx, { subject, at: AT, operationKey }));
    if (amount !== escrow.amount) throw new Error('a refund of another amount');
    model.add(escrow.owner, escrow.currency, amount);
  } else {
    const points = roll.pick([0n, 1n, 500n, 3_333n, 10_000n]);
    const settlement = { subject, at: AT, operationKey, payee: 'carol', currency: escrow.currency };
    const fee = (total: bigint) => shareOf(total, points);
    const paid = await db.transaction().execute((tx) => release(tx, { ...settlement, fee }));
    if (paid.fee + paid.payout !== escrow.amount || paid.fee !== fee(escrow.amount))
      throw new Error('parts that do not sum up');
    model.add('carol', escrow.currency, paid.payout);
  }
  // What is settled is settled: neither a second refund nor a pay-out finds anything.
  const again = await db.transaction().execute((tx) => refund(tx, { subject, at: AT }));
  if (again !== 0n) throw new Error('it was settled twice');
  return true;
}

/** A statement that would make money, lose it, or rewrite the past. */
function forgery(roll: Dice): string {
  const amount = 1 + roll.below(10_000);
  const subject = roll.word(8);
  const values = (debit: string, credit: string, sum: number | string, kind = 'grant', key = 'NULL') =>
    `INSERT INTO transfers (debit, credit, amount, kind, subject, operation_key, created_at) ` +
    `VALUES ('${debit}', '${credit}', ${sum}, '${kind}', '${subject}', ${key}, '2026')`;
  const available = (owner: string, currency = 'USD') => `${owner}:available:${currency}`;
  return roll.pick([
    () => values(available('alice'), available('alice'), amount),
    () => values(available('alice'), available('bob'), -amount),
    () => values(available('alice'), available('bob'), 0),
    () => values(available('alice'), available('bob'), `${amount}.5`),
    () => values(available('alice'), available('bob'), `'${amount} dollars'`),
    () => values(available('alice'), available('bob'), 1_000_001 + amount),
    () => values(available('alice'), available('alice', '$A9token'), amount),
    () => values(available('alice'), `${subject}:available:USD`, amount),
    () => values(`${subject}:world:USD`, available('alice'), amount),
    () => values(available('alice'), available('bob'), amount, 'gift'),
    () => values('bob:escrow:USD', available('bob'), 1, 'lock', "'k'"),
    () => `INSERT INTO accounts VALUES ('${subject}', '${subject}', 'available', 'USD', ${amount})`,
    () => `INSERT INTO accounts VALUES ('${subject}', 'alice', 'available', 'USD', 0)`,
    () => `INSERT INTO accounts VALUES ('${subject}', '${subject}', 'pocket', 'USD', 0)`,
    () => `DELETE FROM accounts WHERE id = '${available(roll.pick(['alice', 'bob']))}'`,
    () => `UPDATE transfers SET amount = ${amount} WHERE kind = 'grant'`,
    () => `UPDATE transfers SET operation_key = NULL WHERE operation_key = 'k'`,
    () => `DELETE FROM transfers WHERE kind = '${roll.pick(['grant', 'lock', 'refund'])}'`,
    () => `UPDATE escrows SET state = 'held', settled_at = NULL WHERE subject = 's'`,
    () => `UPDATE escrows SET state = 'released' WHERE subject = 's'`,
    () => `UPDATE escrows SET amount = amount + ${amount} WHERE subject = 't'`,
    () => `DELETE FROM escrows`,
    () => `UPDATE accounts SET balance = -${amount} WHERE id = '${available('alice')}'`,
  ])();
}

describe('the state machines', () => {
  it('settle what is held exactly once on every random walk, and hold again only what was given back', () => {
    const roll = dice(SEED + 2);
    const wrong: string[] = [];
    const ends = new Map<string, number>();
    for (let walk = 0; walk < SCHEDULES; walk += 1) {
      const hiring = roll.chance(0.5);
      let status = hiring ? roll.pick(['queued', 'paid']) : roll.pick(['open', 'pending_review']);
      let held = true;
      for (let step = 0; step < 12; step += 1) {
        const rule = hiring ? transition(status, roll.pick(HIRING_ACTIONS)) : taskRule(status, roll.pick(TASK_ACTIONS));
        if (!rule) continue;
        if (rule.money === 'hold' && held) wrong.push(`${status}: held twice`);
        if (['refund', 'release', 'split'].includes(rule.money) && !held) wrong.push(`${status}: settled twice`);
        held = rule.money === 'keep' ? held : rule.money === 'hold';
        status = rule.to;
      }
      ends.set(status, (ends.get(status) ?? 0) + 1);
      const final = ['completed', 'cancelled', 'refunded', 'expired'].includes(status);
      if (final && held) wrong.push(`${status} with money still in escrow`);
    }
    console.log(`figure: state-machine-walks=${SCHEDULES} wrong=${wrong.length} ends=${ends.size} seed=${SEED + 2}`);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(ends.size).toBeGreaterThan(8);
  });
});

function taskRule(status: string, action: (typeof TASK_ACTIONS)[number]) {
  const rule = ruleOf(action);
  return rule.from.some((from) => from === status) ? rule : undefined;
}
