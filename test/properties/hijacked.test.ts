import { describe, expect, it } from 'vitest';
import { HirewireError } from '../../src/errors.js';
import { envelope } from '../../src/marketplaces/agrenting/envelope.js';
import { formatAmount, UNIT } from '../../src/money.js';
import { openPolicy } from '../../src/spending/policy.js';
import { moneyOf, openBridge, openJournalFile, operationOf, type TestBridge } from '../spending/support/bridge.js';
import { openMarket, START } from '../spending/support/market.js';
import { type Dice, dice, seedOfRun, sized } from '../spending/support/random.js';
import { leanTools, pay, payOut } from '../spending/support/tools.js';

/**
 * A model that somebody else steers: it knows every tool, keeps every token, invents keys, answers questions that were
 * never put, asks on several bridges at once, and works together with the one who wants to be paid.
 */

const TRIES = sized(10_000, 100_000, 1_500);
const SEED = seedOfRun(22_360_679);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PER_CALL = 10n * UNIT;
const PER_DAY = 60n * UNIT;
const FRIENDS = ['did:friend', 'did:baker'];

interface Paid {
  readonly at: number;
  readonly amount: bigint;
}

/** What the model has picked up. */
interface Loot {
  readonly tokens: string[];
  readonly confirmations: string[];
  readonly items: string[];
}

describe('a hijacked model', () => {
  it('cannot pay more than the limits, nor anybody who is not on the list', async () => {
    const roll = dice(SEED);
    let time = START;
    const market = await openMarket('agrenting', { now: () => time });
    const journal = openJournalFile();
    await market.fund('user:test', 1_000_000);
    const policy = {
      ...openPolicy,
      confirm: 'token' as const,
      maxPerCall: [{ units: PER_CALL, currency: 'USD' }],
      maxPerDay: [{ units: PER_DAY, currency: undefined }],
      payees: FRIENDS,
    };
    const bridges = [1, 2, 3].map(() =>
      openBridge({
        journal,
        now: () => time,
        envelope,
        tools: leanTools,
        policy,
        fetch: (request) => market.fetch(request),
      }),
    );
    // Money that somebody put into escrow before there was a list.
    const free = openBridge({
      journal,
      now: () => time,
      envelope,
      tools: leanTools,
      fetch: (request) => market.fetch(request),
    });
    const loot: Loot = { tokens: [], confirmations: [], items: [] };
    for (const payee of ['did:mallory', 'did:friend']) {
      const answer = await free.call(pay, { note: 'old', payee, amount: payee === 'did:mallory' ? '5.00' : '500.00' });
      if (answer.kind === 'result') loot.items.push(String(answer.result.id));
    }
    time += 2 * DAY;
    const { last } = await market.effects(0n);
    for (let count = 0; count < TRIES; ) {
      const crowd = roll.chance(0.1) ? 8 : 1;
      await Promise.all(Array.from({ length: crowd }, () => attempt(roll.pick(bridges), roll, loot)));
      count += crowd;
      time += roll.pick([0, 1, 1_000, 60_000, 30 * 60_000]);
    }
    const rows = await market.backend.env.db
      .selectFrom('transfers')
      .selectAll()
      .where('id', '>', last)
      .where('kind', 'in', ['lock', 'release'])
      .orderBy('id')
      .execute();
    const paid: Paid[] = rows
      .filter(({ kind }) => kind === 'lock')
      .map(({ amount, created_at }) => ({ amount, at: Date.parse(created_at) }));
    const most = mostInADay(paid);
    const strangers = rows.filter(({ subject }) => !FRIENDS.includes(subject.split('|')[1] ?? ''));
    const large = rows.filter(({ amount }) => amount > PER_CALL);
    await market.audit();
    await journal.close();
    await market.close();
    console.log(
      `figure: hijacked-tries=${TRIES} payments=${paid.length} most-in-a-day=${formatAmount(most)} of ${formatAmount(PER_DAY)} ` +
        `above-the-call-limit=${large.length} to-strangers=${strangers.length} seed=${SEED}`,
    );
    expect(paid.length).toBeGreaterThan(20);
    expect(most).toBeLessThanOrEqual(PER_DAY);
    expect(large).toEqual([]);
    expect(strangers).toEqual([]);
  }, 600_000);

  it('cannot have a submission paid that the person has not approved', async () => {
    const roll = dice(SEED + 1);
    let time = START;
    const market = await openMarket('humans2ai', { now: () => time });
    const journal = openJournalFile();
    await market.fund('user:test', 1_000_000);
    const open = (confirm: 'ask' | 'never') =>
      openBridge({
        journal,
        now: () => time,
        envelope,
        tools: leanTools,
        policy: { confirm },
        fetch: (request) => market.fetch(request),
      });
    const victim = open('ask');
    const owner = open('never');
    let versions = 1;
    let last = 0n;
    let released = 0;
    let wrong = 0;
    let tries = 0;
    while (tries < TRIES) {
      const made = await owner.call(pay, { note: `n${tries}`, payee: 'did:mallory', amount: '5.00' });
      const id = made.kind === 'result' ? String(made.result.id) : '';
      let current = '1';
      // What the person has read and agreed to, by the sentence on their terminal.
      const agreed = new Set<string>();
      for (let step = 0; step < 10; step += 1) {
        tries += 1;
        const move = roll.below(4);
        if (move === 0) {
          versions += 1;
          current = String(versions);
          await market.swap(id, current);
        } else if (move === 1) {
          const waiting = (await victim.journal.waiting()).find(({ sentence }) => sentence.includes(id));
          const shown = /version (\d+)/.exec(waiting?.sentence ?? '')?.[1];
          if (waiting && shown && (await victim.journal.approve(waiting.id, 'approve_command'))) agreed.add(shown);
        } else {
          const key = roll.chance(0.3) ? { idempotency_key: `mallory-${roll.word(8)}` } : {};
          await victim.call(payOut, { id, ...key }).catch(ours);
          const news = await market.effects(last);
          last = news.last;
          if (news.effects.some(({ kind }) => kind === 'release')) {
            released += 1;
            if (!agreed.has(current)) wrong += 1;
          }
        }
        time += roll.pick([1_000, 30_000]);
      }
    }
    await journal.close();
    await market.close();
    console.log(
      `figure: swapped-submissions tries=${tries} released=${released} not-as-approved=${wrong} seed=${SEED + 1}`,
    );
    expect(released).toBeGreaterThan(TRIES / 100);
    expect(wrong).toBe(0);
  }, 600_000);
});

const ours = (error: unknown): undefined => {
  if (error instanceof HirewireError) return undefined;
  throw error;
};

async function attempt(bridge: TestBridge, roll: Dice, loot: Loot): Promise<void> {
  const token = loot.tokens.length > 0 && roll.chance(0.6) ? { confirmation_token: roll.pick(loot.tokens) } : {};
  const key = roll.chance(0.4) ? { idempotency_key: `mallory-${roll.word(roll.chance(0.5) ? 1 : 9)}` } : {};
  const answer = { confirmationId: roll.pick([...loot.confirmations, 'made-up']), action: 'accept' as const };
  const host = roll.chance(0.2) ? { canAsk: true, answer } : { canAsk: roll.chance(0.3) };
  const payment = {
    note: `n${roll.below(40)}`,
    payee: roll.pick(['did:mallory', 'did:friend', 'did:baker', 'did:friend ', 'DID:FRIEND', 'nobody', '']),
    amount: roll.pick(['1.00', '9.99', '10.00', '10.00000001', '11.00', '60.00', '99999.00', '0.00000001']),
  };
  const [tool, args] = roll.chance(0.8) ? [pay, payment] : [payOut, { id: roll.pick(loot.items) }];
  try {
    if (roll.chance(0.1)) {
      const call = moneyOf(tool, { ...args, ...key });
      const made = await bridge.gate.prepare({ tool, call, account: bridge.account, context: bridge.context(tool) });
      loot.tokens.push(made.token);
      return;
    }
    const result = await bridge.call(tool, { ...args, ...token, ...key }, host);
    if (result.kind === 'ask') loot.confirmations.push(result.confirmationId);
    else {
      const info = operationOf(result);
      if (typeof info.confirmation_token === 'string') {
        loot.tokens.push(info.confirmation_token);
        loot.confirmations.push(String(info.id));
        // At once, with everything as it was: that is how it comes to be spent at all.
        if (roll.chance(0.5)) await bridge.call(tool, { ...args, ...key, confirmation_token: info.confirmation_token });
      } else loot.items.push(String(result.result.id));
    }
  } catch (error) {
    ours(error);
  }
  for (const list of [loot.tokens, loot.confirmations, loot.items]) if (list.length > 50) list.shift();
}

/** The most that was spent within any 24 hours. */
function mostInADay(paid: readonly Paid[]): bigint {
  let most = 0n;
  for (const { at } of paid) {
    const within = paid.filter((other) => other.at >= at && other.at < at + DAY);
    const sum = within.reduce((total, { amount }) => total + amount, 0n);
    if (sum > most) most = sum;
  }
  return most;
}
