import { HirewireError } from '../errors.js';
import type { Preview } from '../marketplaces/define.js';
import { describeMoney, formatAmount, type Money } from '../money.js';

/** What the person set once and the model cannot change: who is asked, how much, and to whom. */
export interface SpendingPolicy {
  /**
   * How consent is obtained. auto: through the client when it really asks, else by token; ask: only through the client
   * or `hirewire approve`; token: always by token; never: nobody is asked (for CI).
   */
  readonly confirm: 'auto' | 'ask' | 'token' | 'never';
  /** Amounts up to and including these need no confirmation. */
  readonly confirmAbove: readonly Limit[];
  readonly maxPerCall: readonly Limit[];
  /** Rolling 24 hours, over everything that was not refused. */
  readonly maxPerDay: readonly Limit[];
  /** Payees that may be paid; empty means that all may. */
  readonly payees: readonly string[];
}

/** An amount for one currency, or for every currency that has no limit of its own. */
export interface Limit {
  readonly units: bigint;
  readonly currency: string | undefined;
}

export const openPolicy: SpendingPolicy = {
  confirm: 'auto',
  confirmAbove: [],
  maxPerCall: [],
  maxPerDay: [],
  payees: [],
};

export function limitFor(limits: readonly Limit[], currency: string): bigint | undefined {
  return (limits.find((limit) => limit.currency === currency) ?? limits.find((limit) => limit.currency === undefined))
    ?.units;
}

/** Refuses what the person's settings do not allow. @throws {HirewireError} LIMIT_EXCEEDED or PAYEE_NOT_ALLOWED. */
export function checkPolicy(policy: SpendingPolicy, preview: Preview): void {
  if (!preview.spends && !preview.commits) return;
  const { amount, payee } = preview;
  const most = limitFor(policy.maxPerCall, amount.currency);
  if (most !== undefined && amount.units > most) {
    throw limitError(`This call is for ${describeMoney(amount)}; --max-per-call allows ${formatAmount(most)}.`);
  }
  if (policy.payees.length > 0 && !policy.payees.includes(payee) && payee !== NOBODY_YET) {
    throw new HirewireError({
      code: 'PAYEE_NOT_ALLOWED',
      message: 'This payee is not on the list of --allow-payee.',
      changed: 'no',
      next: 'Choose a payee that the person has allowed, or ask the person to add this one.',
      retrySafe: false,
    });
  }
}

/** A task has no payee until an applicant is selected. */
export const NOBODY_YET = 'nobody yet';

/** @throws {HirewireError} LIMIT_EXCEEDED when this amount and what was spent in the last 24 hours are too much. */
export function checkDay(policy: SpendingPolicy, amount: Money, spent: bigint): void {
  const most = limitFor(policy.maxPerDay, amount.currency);
  if (most === undefined || spent + amount.units <= most) return;
  throw limitError(
    `This call is for ${describeMoney(amount)} and ${formatAmount(spent)} were committed in the last 24 hours; ` +
      `--max-per-day allows ${formatAmount(most)}.`,
  );
}

function limitError(message: string): HirewireError {
  return new HirewireError({
    code: 'LIMIT_EXCEEDED',
    message,
    changed: 'no',
    next: 'Stay below the limit, or ask the person to change this setting; it cannot be changed from here.',
    retrySafe: false,
  });
}

/** Whether an amount is small enough, by the person's setting, to go without a confirmation. */
export function isSmall(policy: SpendingPolicy, amount: Money): boolean {
  const most = limitFor(policy.confirmAbove, amount.currency);
  return most !== undefined && amount.units <= most;
}
