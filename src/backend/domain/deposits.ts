import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { PaymentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { covered } from './amounts.js';
import { CURRENCY } from './hirings.js';
import { openAccount, post } from './ledger.js';

/**
 * Money that comes in and goes out. The payment providers are simulated: a deposit is confirmed, and a withdrawal
 * carried out, a few seconds after it was asked for.
 */

const CONFIRMED_AFTER_MS = 3_000;
const PAID_OUT_AFTER_MS = 3_000;

export interface NewDeposit {
  readonly account: string;
  /** 10^-8 USD, more than zero. */
  readonly amount: bigint;
  readonly method: 'crypto' | 'card';
  /** The task that is paid with it, if it is an invoice. */
  readonly taskId?: string | undefined;
}

/** Opens a deposit: an address to pay to, and nothing in the ledger yet. */
export async function openDeposit(env: Env, tx: Tx, deposit: NewDeposit): Promise<PaymentRow> {
  const id = env.ids.uuid();
  const row: PaymentRow = {
    id,
    account: deposit.account,
    direction: 'in',
    amount: deposit.amount,
    method: deposit.method,
    status: 'pending',
    address: deposit.method === 'crypto' ? depositAddress(env) : null,
    task_id: deposit.taskId ?? null,
    created_at: isoTime(env.clock.now()),
    settled_at: null,
  };
  await tx.insertInto('agrenting_payments').values(row).execute();
  await env.jobs.schedule(tx, { kind: 'payment.confirm', subject: id, inMs: CONFIRMED_AFTER_MS });
  return row;
}

/** It looks like one, and cannot be one: no chain has addresses with this prefix. */
const depositAddress = (env: Env): string => `sandbox1${env.ids.uuid().replaceAll('-', '')}`;

/** Where to pay by card. The domain is reserved and answers nowhere. */
export const paymentUrl = (row: PaymentRow): string => `https://pay.sandbox.invalid/${row.id}`;

/** The payment provider reports the money: it is posted, once. @returns the payment, when it was still pending. */
export async function confirmDeposit(env: Env, tx: Tx, id: string): Promise<PaymentRow | undefined> {
  const now = isoTime(env.clock.now());
  const row = await settle(tx, id, 'pending', now);
  if (!row) return undefined;
  const world = await openAccount(tx, 'world', 'world', CURRENCY);
  const credit = await openAccount(tx, row.account, 'available', CURRENCY);
  const subject = `deposit:${id}`;
  await post(tx, { debit: world, credit, amount: row.amount, kind: 'deposit', subject, at: now });
  await env.events.emit(tx, { type: 'payment.settled', id });
  return row;
}

/** Takes money out of the available balance at once; the provider pays it out later. */
export async function withdraw(
  env: Env,
  tx: Tx,
  wanted: { account: string; amount: bigint; address: string; operationKey: string | undefined },
): Promise<PaymentRow> {
  const now = isoTime(env.clock.now());
  const id = env.ids.uuid();
  const world = await openAccount(tx, 'world', 'world', CURRENCY);
  const debit = await openAccount(tx, wanted.account, 'available', CURRENCY);
  const { amount, operationKey } = wanted;
  const posting = { debit, credit: world, amount, subject: `withdrawal:${id}`, operationKey, at: now };
  await covered(post(tx, { ...posting, kind: 'withdrawal' }));
  const row: PaymentRow = {
    id,
    account: wanted.account,
    direction: 'out',
    amount,
    method: 'address',
    status: 'processing',
    address: wanted.address,
    task_id: null,
    created_at: now,
    settled_at: null,
  };
  await tx.insertInto('agrenting_payments').values(row).execute();
  await env.jobs.schedule(tx, { kind: 'payment.pay_out', subject: id, inMs: PAID_OUT_AFTER_MS });
  return row;
}

export async function finishWithdrawal(env: Env, tx: Tx, id: string): Promise<void> {
  const settled = await settle(tx, id, 'processing', isoTime(env.clock.now()));
  if (settled) await env.events.emit(tx, { type: 'payment.settled', id });
}

async function settle(tx: Tx, id: string, from: PaymentRow['status'], now: string): Promise<PaymentRow | undefined> {
  return await tx
    .updateTable('agrenting_payments')
    .set({ status: 'completed', settled_at: now })
    .where('id', '=', id)
    .where('status', '=', from)
    .returningAll()
    .executeTakeFirst();
}
