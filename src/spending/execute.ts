import { type ErrorCode, type ErrorFacts, HirewireError, toFacts } from '../errors.js';
import { log } from '../log.js';
import type { MoneyCall, ToolContext } from '../marketplaces/define.js';
import { formatAmount } from '../money.js';
import { digestOf } from './digest.js';
import { type Passing, point } from './failpoints.js';
import type { Journal, Operation } from './journal.js';
import { machineFacts, storedFacts } from './machine-facts.js';
import { keyRefusedBefore, stillOpen } from './refusals.js';
import { isOpen } from './schema.js';

/** The marketplaces forget keys after 24 hours; an hour earlier we stop sending and only read. */
export const RESEND_MS = 23 * 3_600_000;
/** A clock that was set back further than this cannot tell how old an operation is. */
const CLOCK_SLACK_MS = 60_000;
/** Full answers that are remembered for replays. */
const REMEMBERED = 200;

/** Refusals that a marketplace may decide on before it looks a key up: they say nothing about an earlier attempt. */
const BEFORE_THE_KEY: readonly ErrorCode[] = [
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'NOT_CONFIGURED',
  'CANCELLED',
  'CONFLICT',
];

const COMPARE = 'Compare list_my_hirings, list_tasks and the balances with the person before doing anything again.';

export interface Outcome {
  readonly result: Record<string, unknown>;
  /** It had been done before; nothing new happened. */
  readonly replayed: boolean;
}

/**
 * Sends prepared operations and writes down what became of them. The same key is never sent for two different things,
 * and one key is sent by one attempt at a time in this process.
 */
export class Executor {
  private readonly running = new Map<string, Promise<Outcome>>();
  /** Full answers of this process, for replays; the journal keeps only their machine-readable part. */
  private readonly answers = new Map<string, Record<string, unknown>>();

  constructor(
    private readonly journal: Journal,
    private readonly now: () => number,
    private readonly pass: Passing = point,
  ) {}

  /**
   * Sends under the operation's key, or joins the attempt that is under way.
   * @param maySend false: it is only looked for.
   * @throws {HirewireError}
   */
  async execute(operation: Operation, call: MoneyCall, context: ToolContext, maySend = true): Promise<Outcome> {
    const under = this.running.get(operation.key);
    if (under) return await under;
    const attempt = this.attempt(operation, call, context, maySend).finally(() => this.running.delete(operation.key));
    this.running.set(operation.key, attempt);
    return await attempt;
  }

  private async attempt(
    operation: Operation,
    call: MoneyCall,
    context: ToolContext,
    maySend: boolean,
  ): Promise<Outcome> {
    const { key } = operation;
    this.pass('P1');
    if (!isCallOf(operation, call)) {
      throw stillOpen(key, `The operation ${key} was written down for other arguments than these.`, COMPARE);
    }
    if (this.isTooOld(operation)) return await this.tooOld(operation, call, context);
    if (!maySend) return await this.byReading(operation, call, context, 'may only be read here (--read-only)');
    if ((operation.with_secret === 1n) === call.resumable) {
      const why = 'was made with a token that is not stored, and this call differs from it in that';
      return await this.byReading(operation, call, context, why);
    }
    const attempt = await this.journal.begin(key).catch((error: unknown) => {
      const message = `The operation ${key} is written down but was not sent: its journal cannot be written.`;
      throw stillOpen(key, message, 'Ask the person to check the disk, then repeat the same call.', error);
    });
    if (attempt === undefined) return await this.settledElsewhere(key);
    this.pass('P2');
    let result: Record<string, unknown>;
    try {
      result = await call.send(context, key);
    } catch (error) {
      return await this.failed(operation, attempt, call, context, error);
    }
    this.pass('P3');
    await this.done(key, result);
    this.pass('P4');
    return { result, replayed: false };
  }

  private async done(key: string, result: Record<string, unknown>): Promise<void> {
    if (this.answers.size >= REMEMBERED) this.answers.delete(this.answers.keys().next().value ?? '');
    this.answers.set(key, result);
    try {
      await this.journal.done(key, machineFacts(result));
    } catch (error) {
      // The payment happened: a journal that cannot be written must not turn it into an error.
      log('error', `the journal could not note that ${key} is done; it will be settled by a repeat`, error);
    }
  }

  /** An attempt that ended without a success: refused for good, or open. */
  private async failed(
    operation: Operation,
    attempt: bigint,
    call: MoneyCall,
    context: ToolContext,
    error: unknown,
  ): Promise<Outcome> {
    const { key } = operation;
    const facts = toFacts(error);
    const refusal = { code: codeOf(facts), keyLookedUp: !BEFORE_THE_KEY.includes(facts.code) };
    const noted =
      facts.changed === 'no'
        ? this.journal.refuse(key, facts.lostBefore ? undefined : attempt, refusal)
        : this.journal.lost(key, facts.code);
    const refused = await noted.catch((cause: unknown) => {
      // Not written down, so not settled: to say that nothing was changed would be a promise that a resume may break.
      log('error', `the journal could not note what became of ${key}`, cause);
      return false;
    });
    if (refused === true) throw refusedFor(operation, call, facts, error);
    const latest = await this.journal.byKey(key).catch(() => undefined);
    if (latest && !isOpen(latest)) return this.settled(latest);
    if (facts.changed === 'no') {
      const found = await this.find(operation, call, context).catch(() => 'unclear' as const);
      if (typeof found === 'object') return found;
      // A state that does not allow it and is not of our making: once nothing is on its way, it did not happen.
      if (found !== 'unclear' && facts.code === 'CONFLICT' && !isAboutKeys(facts)) {
        const absent = this.journal.refuse(key, undefined, { ...refusal, keyLookedUp: true });
        if (await absent.catch(() => false)) throw refusedFor(operation, call, facts, error);
      }
    }
    throw new HirewireError(
      {
        ...facts,
        code: 'OUTCOME_UNKNOWN',
        changed: 'unknown',
        message: `${facts.message} The operation ${key} is written down and goes on in the background.`,
        next: `Call get_operation with id "${key}", or repeat the same call: it is never charged twice. Do not make a new request.`,
        retrySafe: true,
        details: { ...facts.details, operation_id: key },
      },
      { cause: error },
    );
  }

  /** Another process settled it in the meantime. */
  private async settledElsewhere(key: string): Promise<Outcome> {
    const latest = await this.journal.byKey(key);
    if (latest && !isOpen(latest)) return this.settled(latest);
    throw stillOpen(key, `The operation ${key} is no longer in the journal.`, COMPARE);
  }

  /** What a settled operation answers. @throws {HirewireError} KEY_REFUSED. */
  settled(operation: Operation): Outcome {
    if (operation.state === 'refused') throw keyRefusedBefore(operation.error_code ?? 'REFUSED');
    return { result: this.answers.get(operation.key) ?? storedFacts(operation), replayed: true };
  }

  private isTooOld({ created_at, updated_at }: Operation): boolean {
    const now = this.now();
    return now - Number(created_at) > RESEND_MS || now + CLOCK_SLACK_MS < Number(updated_at);
  }

  /** After 23 hours: what never left is over, the rest is only looked for. */
  private async tooOld(operation: Operation, call: MoneyCall, context: ToolContext): Promise<Outcome> {
    const { key, attempts } = operation;
    const why = 'is older than 23 hours, or the clock was set back';
    if (attempts > 0n) return await this.byReading(operation, call, context, why);
    if (await this.journal.refuse(key, undefined, { code: 'NEVER_SENT', keyLookedUp: false })) {
      throw keyRefusedBefore('NEVER_SENT');
    }
    return await this.byReading(operation, call, context, why);
  }

  /** Settles by reading, and is honest when reading cannot tell. */
  private async byReading(operation: Operation, call: MoneyCall, context: ToolContext, why: string): Promise<Outcome> {
    const { key } = operation;
    const found = await this.find(operation, call, context).catch((error: unknown) => {
      throw stillOpen(key, `The operation ${key} ${why}; reading failed too.`, 'Call get_operation later.', error);
    });
    if (typeof found === 'object') return found;
    throw stillOpen(key, `The operation ${key} ${why}, and reading could not settle it.`, COMPARE);
  }

  private async find(
    operation: Operation,
    call: MoneyCall,
    context: ToolContext,
  ): Promise<Outcome | 'absent' | 'another one' | 'unclear'> {
    if (!call.find) return 'unclear';
    const result = await call.find(context, new Date(Number(operation.created_at)).toISOString());
    if (!result) return 'absent';
    const owner = await this.journal.ownerOf(operation);
    if (owner !== 'this one') return owner;
    await this.done(operation.key, result);
    return { result, replayed: true };
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  get busy(): boolean {
    return this.running.size > 0;
  }
}

/** A key belongs to one digest. Arguments that were read back under changed defaults would be another request. */
function isCallOf(operation: Operation, call: MoneyCall): boolean {
  const { marketplace, account, origin, tool, digest } = operation;
  return digestOf({ marketplace, account, origin, tool, args: call.identity }) === digest;
}

/** The key itself was the reason: it is known there, and that may be our own earlier attempt. */
const isAboutKeys = ({ marketplaceCode = '' }: ErrorFacts): boolean => marketplaceCode.startsWith('IDEMPOTENCY_');

/** The marketplace's own code where it is one, so that no free text gets into the journal. */
const codeOf = ({ marketplaceCode, code }: ErrorFacts): string =>
  marketplaceCode !== undefined && /^[A-Z][A-Z0-9_]{0,59}$/.test(marketplaceCode) ? marketplaceCode : code;

/** A refusal that is certain: with it, the key and the agreement are used up. */
function refusedFor(operation: Operation, call: MoneyCall, facts: ErrorFacts, cause: unknown): HirewireError {
  const bound = call.idempotencyKey !== undefined || call.confirmationToken !== undefined;
  const agreed = !operation.confirmed_by.startsWith('nobody');
  return new HirewireError(
    {
      ...facts,
      next: `${facts.next}${agreed ? ' The agreement is used up: when you call again without a token, the person is asked anew.' : ''}`,
      retrySafe: facts.retrySafe && !bound,
      details: { ...facts.details, operation_id: operation.key },
    },
    { cause },
  );
}

export const describeOperation = (operation: Operation): string =>
  `${operation.tool} for ${formatAmount(operation.amount)} ${operation.currency} to ${operation.payee}`;
