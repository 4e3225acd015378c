import { log } from '../log.js';
import type { MoneyCall, ToolContext } from '../marketplaces/define.js';
import { describeOperation, type Executor } from './execute.js';
import type { Journal, Operation } from './journal.js';
import { isOpen } from './schema.js';

/** How an operation of the journal can be taken up again: its tool's call and a context of its account. */
export type Recall = (operation: Operation) => Promise<
  | {
      readonly call: MoneyCall;
      readonly context: ToolContext;
      /** False where nothing may be sent (--read-only): then it is only looked for. */
      readonly maySend?: boolean;
    }
  | undefined
>;

const DELAYS_MS = [1_000, 3_000, 10_000, 30_000, 60_000, 300_000];
/** How many operations of an earlier process are taken up at a time. */
const AT_ONCE = 8;

/** Goes on with operations whose answer was lost: with the same key, in the background, until they are settled. */
export class Resumer {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private stopped = false;

  constructor(
    private readonly journal: Journal,
    private readonly executor: Executor,
    private readonly recall: Recall,
  ) {}

  /** Takes up what an earlier process left open. Resolves when each was tried once. */
  async start(): Promise<void> {
    const keys = (await this.journal.unsettled()).map(({ key }) => key);
    const work = async () => {
      for (let key = keys.shift(); key !== undefined && !this.stopped; key = keys.shift()) await this.attempt(key, 0);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Tries one operation again later, and later again. Timers never keep the process alive. */
  schedule(key: string, round: number): void {
    if (this.stopped || this.timers.has(key)) return;
    const delay = DELAYS_MS[Math.min(round, DELAYS_MS.length - 1)] ?? 0;
    const timer = setTimeout(() => {
      this.timers.delete(key);
      void this.attempt(key, round + 1);
    }, delay);
    timer.unref();
    this.timers.set(key, timer);
  }

  private async attempt(key: string, next: number): Promise<void> {
    try {
      const operation = await this.settle(key);
      if (operation && isOpen(operation)) this.schedule(key, next);
    } catch (error) {
      log('warn', `operation ${key} could not be taken up`, error);
      this.schedule(key, next);
    }
  }

  /** Tries to settle one operation now. @returns how it stands; undefined when the journal does not know it. */
  async settle(key: string): Promise<Operation | undefined> {
    const operation = await this.journal.byKey(key);
    if (!operation || !isOpen(operation)) return operation;
    const recalled = await this.recall(operation).catch((error: unknown) => {
      // Arguments of an older version that the tool no longer takes, for example. It stays open, and says so.
      log('warn', `operation ${key} cannot be taken up here`, error);
      return undefined;
    });
    if (!recalled) return operation;
    const { call, context, maySend = true } = recalled;
    await this.executor.execute(operation, call, context, maySend).then(
      () => log('info', `settled ${describeOperation(operation)} (${key})`),
      // The journal has it; whoever asked reads it there.
      () => undefined,
    );
    return await this.journal.byKey(key);
  }
}
