import type { Tool } from '../../../src/marketplaces/define.js';
import type { BridgeOptions, JournalFile } from '../../spending/support/bridge.js';
import type { Wire } from '../../spending/support/faults.js';
import type { Effect } from '../../spending/support/market.js';
import type { Dice } from '../../spending/support/random.js';

/** Something that the model wants done once, and what it remembers of trying. */
export interface Intention {
  readonly tool: Tool;
  readonly args: Readonly<Record<string, unknown>>;
  /** Names its effects in the marketplace. */
  readonly note: string;
  /** How the tool spells its token and its key. */
  readonly names: { readonly token: string; readonly key: string };
  /** Arguments that may change between two tries of the same thing. */
  readonly besides?: Readonly<Record<string, unknown>>;
  /** Arguments that are secrets, which a forgetful model leaves out now and then. */
  readonly secret?: Readonly<Record<string, unknown>>;
  readonly tokens: string[];
  /** Keys with which it said that another one is meant. */
  readonly keys: string[];
  /** Whether it was ever said without a key. */
  keyless: boolean;
}

/** A marketplace in which schedules are played: small or real. */
export interface Scene {
  readonly tools: readonly Tool[];
  readonly connection: Pick<BridgeOptions, 'envelope' | 'bearer' | 'account' | 'sleep'>;
  /** An empty journal. */
  readonly journal: JournalFile;
  readonly wire: Wire;
  readonly keyHeader: (request: Request) => string | null;
  now(): number;
  advance(ms: number): Promise<void>;
  intend(dice: Dice, earlier: readonly Intention[]): Promise<Intention | undefined>;
  /** Whatever else happens in the world: money comes and goes, the other side acts. */
  disturb(dice: Dice): Promise<void>;
  /** Tools that move no money by themselves, so that the ledger has no effect of theirs. */
  readonly silent: readonly string[];
  /** Effects that were not told before. */
  effects(): Promise<Effect[]>;
  /** @throws when the books of the marketplace do not balance. */
  audit(): Promise<void>;
  /** The id of what a result is about. */
  idIn(result: Readonly<Record<string, unknown>>): string;
}
