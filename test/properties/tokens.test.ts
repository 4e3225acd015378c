import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HirewireError } from '../../src/errors.js';
import { envelope } from '../../src/marketplaces/agrenting/envelope.js';
import { defineMoneyTool, type Preview, type Tool } from '../../src/marketplaces/define.js';
import type { AccountFacts } from '../../src/spending/gate.js';
import {
  type JournalFile,
  openBridge,
  openJournalFile,
  operationOf,
  type TestBridge,
  tokenOf,
} from '../spending/support/bridge.js';
import { START } from '../spending/support/market.js';
import { type Dice, dice, seedOfRun, sized } from '../spending/support/random.js';

/** Every way to use a confirmation token for what it was not given for. */

const ATTEMPTS = sized(100_000, 1_000_000, 3_000);
const RACES = sized(200, 2_000, 20);
const SEED = seedOfRun(17_320_508);
const FIVE_MINUTES = 300_000;

/** What the preview reads live; a test changes it between look and act. */
const world = { units: 500n, currency: 'USD', payee: 'did:a', submission: '1:aaaa', spends: true };
let effects = 0;
/** As a marketplace does: one effect for a key, however often it is sent. */
const byKey = new Map<string, string>();

const shape = z.object({
  who: z.string(),
  what: z.string(),
  price: z.string(),
  mode: z.enum(['output', 'push']).default('output'),
  extra: z.record(z.string(), z.unknown()).optional(),
  wait: z.number().default(0),
  idempotency_key: z.string().optional(),
  confirmation_token: z.string().optional(),
});
const toolNamed = (name: string): Tool =>
  defineMoneyTool({
    name,
    title: name,
    description: 'For tests.',
    marketplace: 'agrenting',
    toolset: 'hirer',
    role: 'agrenting.hirer',
    hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
    input: shape,
    output: z.object({ id: z.string() }),
    tokenArgument: 'confirmation_token',
    besides: ['wait'],
    confirm: true,
    preview: async (): Promise<Preview> => ({
      sentence: 'Pay.',
      amount: { units: world.units, currency: world.currency },
      spends: world.spends,
      payee: world.payee,
      version: { submission: world.submission },
    }),
    send: async (_args, _context, key) => {
      const known = byKey.get(key);
      if (known !== undefined) return { id: known };
      effects += 1;
      byKey.set(key, `effect-${effects}`);
      return { id: `effect-${effects}` };
    },
  });
const act = toolNamed('act');
const otherTool = toolNamed('act_too');

let file: JournalFile;
let time = START;
const bridgeFor = (account: Partial<AccountFacts> = {}): TestBridge =>
  openBridge({
    journal: file,
    now: () => time,
    envelope,
    tools: [act, otherTool],
    policy: { confirm: 'token' },
    account,
    fetch: async () => {
      throw new Error('no request was expected');
    },
  });
let bridge: TestBridge;
beforeAll(() => {
  file = openJournalFile();
  bridge = bridgeFor();
});
afterAll(() => file.close());

type Args = Record<string, unknown>;
const freshArgs = (roll: Dice): Args => ({
  who: roll.word(6),
  what: roll.word(12),
  price: `${1 + roll.below(90)}.00`,
  mode: roll.pick(['output', 'push']),
  extra: { [roll.word(3)]: [roll.below(9), { deep: roll.word(3) }] },
});

interface Misuse {
  readonly name: string;
  /** Whether it counts towards burning the token. */
  readonly burns: boolean;
  readonly codes: readonly string[];
  run(args: Args, token: string, roll: Dice): Promise<unknown>;
}

/** Runs with one fact of the live world changed, and puts it back. */
async function changed<K extends keyof typeof world>(name: K, value: (typeof world)[K], use: () => Promise<unknown>) {
  const before = world[name];
  world[name] = value;
  try {
    return await use();
  } finally {
    world[name] = before;
  }
}

const say = (args: Args, confirmation_token: string) => bridge.call(act, { ...args, confirmation_token });
const MISMATCH = ['CONFIRMATION_MISMATCH'];
const CHANGED = ['RESOURCE_CHANGED'];
const misuses: readonly Misuse[] = [
  {
    name: 'another argument',
    burns: true,
    codes: MISMATCH,
    run: async (args, token, roll) => {
      const other: Args = { ...freshArgs(roll), mode: args.mode === 'push' ? 'output' : 'push' };
      const name = roll.pick(['who', 'what', 'price', 'mode', 'extra'] as const);
      const value = name === 'price' && other.price === args.price ? '99.99' : other[name];
      return await say({ ...args, [name]: value }, token);
    },
  },
  {
    name: 'an argument left out or added deep inside',
    burns: true,
    codes: MISMATCH,
    run: async (args, token, roll) => {
      const { extra, ...rest } = args;
      return await say(roll.chance(0.5) ? rest : { ...args, extra: { ...Object(extra), more: null } }, token);
    },
  },
  {
    name: 'another tool',
    burns: true,
    codes: MISMATCH,
    run: async (args, token) => await bridge.call(otherTool, { ...args, confirmation_token: token }),
  },
  {
    name: 'another account or origin',
    burns: true,
    codes: MISMATCH,
    run: async (args, token, roll) => {
      const other = roll.pick([{ account: 'agrenting.hirer/other' }, { origin: 'https://market.test/v2/' }]);
      return await bridgeFor(other).call(act, { ...args, confirmation_token: token });
    },
  },
  {
    name: 'a malformed token',
    burns: false,
    codes: ['CONFIRMATION_MALFORMED'],
    run: async (args, token, roll) => {
      const at = 4 + roll.below(43);
      const flipped = token[at] === 'A' ? 'B' : 'A';
      const wrong = [
        `${token.slice(0, at)}${flipped}${token.slice(at + 1)}`,
        token.slice(0, -1),
        `${token}A`,
        ` ${token}`,
        token.toUpperCase(),
        token.replace('ctk_', 'CTK_'),
        `${token}\n`,
        '',
        "' OR 1=1 --",
        'ctk_',
        roll.word(47),
      ];
      return await say(args, roll.pick(wrong.filter((candidate) => candidate !== token)));
    },
  },
  {
    name: 'another amount',
    burns: false,
    codes: CHANGED,
    run: (args, token, roll) => changed('units', world.units + (roll.chance(0.5) ? 1n : -1n), () => say(args, token)),
  },
  {
    name: 'another currency',
    burns: false,
    codes: CHANGED,
    run: (args, token) => changed('currency', 'EUR', () => say(args, token)),
  },
  {
    name: 'another payee',
    burns: false,
    codes: CHANGED,
    run: (args, token) => changed('payee', 'did:mallory', () => say(args, token)),
  },
  {
    name: 'a swapped submission',
    burns: false,
    codes: CHANGED,
    run: (args, token, roll) => changed('submission', `2:${roll.word(4)}`, () => say(args, token)),
  },
  {
    name: 'expired by a millisecond or more',
    burns: false,
    codes: ['CONFIRMATION_EXPIRED'],
    run: async (args, token, roll) => {
      const before = time;
      time += FIVE_MINUTES + roll.pick([0, 1, 60_000, 86_400_000]);
      try {
        return await say(args, token);
      } finally {
        time = before;
      }
    },
  },
];

describe('a confirmation token', () => {
  it('is accepted for what it was given for, once, and for nothing else', async () => {
    const roll = dice(SEED);
    const accepted: string[] = [];
    const wrongCode: string[] = [];
    const tried = new Map<string, number>();
    let attempts = 0;
    let tokens = 0;
    const attempt = async (misuse: Pick<Misuse, 'name' | 'codes'>, use: () => Promise<unknown>) => {
      attempts += 1;
      tried.set(misuse.name, (tried.get(misuse.name) ?? 0) + 1);
      const before = effects;
      const code = await use().then(
        () => 'accepted',
        (error: unknown) => (error instanceof HirewireError ? error.facts.code : String(error)),
      );
      if (effects !== before) accepted.push(`${misuse.name}: ${code}`);
      if (!misuse.codes.includes(code)) wrongCode.push(`${misuse.name}: ${code}`);
    };
    while (attempts < ATTEMPTS) {
      const args = freshArgs(roll);
      const token = tokenOf(await bridge.call(act, args));
      tokens += 1;
      time += roll.below(1_000);
      for (let burns = 0, count = 0; count < 8; count += 1) {
        const misuse = roll.pick(misuses);
        if (misuse.burns) burns += 1;
        if (misuse.burns && burns > 4) continue;
        await attempt(misuse, () => misuse.run(args, token, roll));
      }
      // It was good all the time, up to its last millisecond.
      const before = effects;
      const waited = time;
      time += roll.pick([0, FIVE_MINUTES - 1_001]);
      const done = await say({ ...args, wait: roll.below(25) }, token);
      if (effects !== before + 1 || operationOf(done).replayed !== false) wrongCode.push('the right use was refused');
      time = Math.max(time, waited);
      for (let count = 0; count < 3; count += 1) {
        const again = { name: 'reuse with the same arguments', codes: ['accepted'] };
        await attempt(again, async () => {
          const answer = await say(args, token);
          if (operationOf(answer).replayed !== true) throw new Error('not a replay');
        });
        const other = { name: 'reuse with other arguments', codes: MISMATCH };
        await attempt(other, () => say({ ...args, what: roll.word(9) }, token));
      }
      time += FIVE_MINUTES;
    }
    const kinds = JSON.stringify(Object.fromEntries(tried));
    console.log(
      `figure: token-misuses=${attempts} tokens=${tokens} wrongly-accepted=${accepted.length} wrong-refusals=${wrongCode.length} kinds=${kinds} seed=${SEED}`,
    );
    expect(accepted.slice(0, 5)).toEqual([]);
    expect(wrongCode.slice(0, 5)).toEqual([]);
  }, 1_800_000);

  it('that thirty-two callers present at once, on three bridges, is accepted once', async () => {
    const roll = dice(SEED + 1);
    let wrong = 0;
    for (let race = 0; race < RACES; race += 1) {
      const args = freshArgs(roll);
      const token = tokenOf(await bridge.call(act, args));
      const before = effects;
      const bridges = [bridge, bridgeFor(), bridgeFor()];
      const calls = Array.from({ length: 32 }, async (_, index) => {
        const idempotency_key = index % 4 === 0 ? `race-${race}-${index % 8}-key` : undefined;
        return await bridges[index % 3]?.call(act, { ...args, confirmation_token: token, idempotency_key });
      });
      await Promise.allSettled(calls);
      if (effects !== before + 1) wrong += 1;
      time += FIVE_MINUTES;
    }
    console.log(`figure: token-races=${RACES} callers=32 not-exactly-one=${wrong} seed=${SEED + 1}`);
    expect(wrong).toBe(0);
  }, 600_000);
});
