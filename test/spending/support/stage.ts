import { envelope as agrenting } from '../../../src/marketplaces/agrenting/envelope.js';
import { envelope as humans2ai } from '../../../src/marketplaces/humans2ai/envelope.js';
import { type BridgeOptions, type JournalFile, openBridge, openJournalFile, type TestBridge } from './bridge.js';
import type { Wire } from './faults.js';
import { type Market, openMarket, START } from './market.js';
import { leanTools } from './tools.js';

/** The small marketplace, a journal and a clock, and bridges between them. */
export interface Stage {
  readonly market: Market;
  readonly journal: JournalFile;
  /** Milliseconds; tests move it. */
  time: number;
  /** Requests that arrived, writes only. */
  readonly writes: Request[];
  /** What happens to a request on its way. By default it arrives. */
  wire: Wire;
  bridge(options?: Partial<BridgeOptions>): TestBridge;
  /** How many payments, refunds and pay-outs there are. */
  effects(): Promise<number>;
  close(): Promise<void>;
}

export async function openStage(
  manners: Market['manners'] = 'agrenting',
  { units = 100, journalFile = ':memory:' }: { units?: number; journalFile?: string } = {},
): Promise<Stage> {
  const clock = { time: START };
  const market = await openMarket(manners, { now: () => clock.time });
  const journal = openJournalFile(journalFile);
  const writes: Request[] = [];
  const stage: Stage = {
    market,
    journal,
    get time() {
      return clock.time;
    },
    set time(ms) {
      clock.time = ms;
    },
    writes,
    wire: (request) => market.fetch(request),
    bridge: (options = {}) =>
      openBridge({
        journal,
        now: () => clock.time,
        envelope: manners === 'agrenting' ? agrenting : humans2ai,
        tools: leanTools,
        fetch: (request) => {
          if (request.method !== 'GET') writes.push(request.clone());
          return stage.wire(request);
        },
        ...options,
      }),
    effects: async () => (await market.effects(0n)).effects.length,
    close: async () => {
      await journal.close();
      await market.close();
    },
  };
  await market.fund('user:test', units);
  return stage;
}

/** A wire that breaks: before the request arrives, or after it had its effect. */
export const lostRequest: Wire = async () => {
  throw new TypeError('terminated');
};
export const lostAnswer =
  (stage: Stage): Wire =>
  async (request) => {
    const response = await stage.market.fetch(request);
    if (request.method === 'GET') return response;
    throw new TypeError('terminated');
  };
/** Reads get through, writes do not arrive. */
export const lostWrites =
  (stage: Stage): Wire =>
  async (request) => {
    if (request.method === 'GET') return await stage.market.fetch(request);
    throw new TypeError('terminated');
  };

/** Arguments of a payment. */
export const paying = (note = 'coffee', facts: Record<string, unknown> = {}) => ({
  note,
  payee: 'did:a',
  amount: '2.50',
  ...facts,
});
