import { envelope as agrenting } from '../../../src/marketplaces/agrenting/envelope.js';
import { envelope as humans2ai } from '../../../src/marketplaces/humans2ai/envelope.js';
import { type JournalFile, openJournalFile } from '../../spending/support/bridge.js';
import { type Market, openMarket, START } from '../../spending/support/market.js';
import type { Dice } from '../../spending/support/random.js';
import { giveBack, leanTools, pay, payOut } from '../../spending/support/tools.js';
import type { Intention, Scene } from './scene.js';

/** Schedules in the small marketplace: each with an account of its own, many of them in one database. */

const NAMES = { token: 'confirmation_token', key: 'idempotency_key' };
/** So many schedules share a database; more would make the sums over all accounts slow. */
const SHARED = 100;

export interface LeanTheatre {
  /** A scene nobody has played in. */
  open(dice: Dice): Promise<Scene>;
  close(): Promise<void>;
}

export function leanTheatre(): LeanTheatre {
  let time = START;
  const markets: Partial<Record<Market['manners'], { market: Market; last: bigint; played: number }>> = {};
  let accounts = 0;
  const journal = openJournalFile();

  async function stageFor(manners: Market['manners']) {
    const known = markets[manners];
    if (known && known.played < SHARED) return known;
    await known?.market.close();
    const stage = { market: await openMarket(manners, { now: () => time }), last: 0n, played: 0 };
    markets[manners] = stage;
    return stage;
  }

  return {
    async open(dice) {
      const stage = await stageFor(dice.pick(['agrenting', 'humans2ai'] as const));
      stage.played += 1;
      const { market } = stage;
      accounts += 1;
      const account = `user:${accounts}`;
      const notes = new Set<string>();
      await empty(journal);
      await market.fund(account, dice.pick([5, 20, 1_000]));
      const envelope = market.manners === 'agrenting' ? agrenting : humans2ai;
      const intention = (facts: Pick<Intention, 'tool' | 'args' | 'note'> & Partial<Intention>): Intention => {
        notes.add(facts.note);
        return { names: NAMES, tokens: [], keys: [], keyless: false, ...facts };
      };
      const settling = new Map<string, string>();
      return {
        tools: leanTools,
        journal,
        connection: { envelope, bearer: account },
        wire: (request) => market.fetch(request),
        keyHeader: (request) => request.headers.get(envelope.keyHeader),
        now: () => time,
        advance: async (ms) => {
          time += ms;
        },
        async intend(inner, earlier) {
          const items = inner.chance(0.3) ? await itemsOf(market, account) : [];
          const free = items.filter((id) => !settling.has(id));
          if (free.length > 0 && earlier.length > 0) {
            const id = inner.pick(free);
            const tool = inner.pick([giveBack, payOut]);
            settling.set(id, `settle ${id}`);
            return intention({ tool, args: { id }, note: `settle ${id}` });
          }
          const note = `n${accounts}-${inner.word(6)}`;
          const args = { note, payee: inner.pick(['did:a', 'did:b']), amount: inner.pick(['1.00', '2.50', '7.77']) };
          const secret = inner.chance(0.2) ? { secret: { secret: 'ghp_canary' } } : {};
          return intention({ tool: pay, args, note, besides: { wait_seconds: 5 }, ...secret });
        },
        async disturb(inner) {
          if (inner.chance(0.5)) await market.fund(account, 10);
        },
        async effects() {
          const { effects, last } = await market.effects(stage.last);
          stage.last = last;
          return effects
            .map((effect) => (effect.kind === 'lock' ? effect : { ...effect, note: `settle ${effect.item}` }))
            .filter(({ note }) => notes.has(note));
        },
        silent: [],
        audit: () => market.audit(),
        idIn: (result) => String(result.id),
      };
    },
    async close() {
      await journal.close();
      for (const stage of Object.values(markets)) await stage?.market.close();
    },
  };
}

/** One file for many schedules, so that its statements are compiled once. */
export async function empty({ db }: JournalFile): Promise<void> {
  for (const table of ['attempts', 'operations', 'confirmations'] as const) await db.deleteFrom(table).execute();
}

async function itemsOf(market: Market, account: string): Promise<string[]> {
  const rows = await market.backend.env.db
    .selectFrom('escrows')
    .select('id')
    .where('payer', '=', `${account}:available:USD`)
    .execute();
  return rows.map(({ id }) => id);
}
