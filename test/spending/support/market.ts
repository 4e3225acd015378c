import { z } from 'zod';
import { ApiError } from '../../../src/backend/api-error.js';
import type { Caller } from '../../../src/backend/auth.js';
import { hashSecret, seededRandom } from '../../../src/backend/clock.js';
import {
  audit,
  hold,
  InsufficientBalance,
  openAccount,
  post,
  refund,
  release,
} from '../../../src/backend/domain/ledger.js';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import { callerIn, type Implementation, implement, type Service, serve } from '../../../src/backend/pipeline.js';
import type { EscrowRow, Tx } from '../../../src/backend/store/schema.js';
import { envelope as agrenting } from '../../../src/marketplaces/agrenting/envelope.js';
import { envelope as humans2ai } from '../../../src/marketplaces/humans2ai/envelope.js';
import { defineRoute } from '../../../src/marketplaces/route.js';
import { formatAmount, parseAmount, UNIT } from '../../../src/money.js';

/**
 * A marketplace with nothing but money in it: the real pipeline, the real idempotency, the real ledger, three routes.
 * Small, so that ten thousand schedules fit into a minute; the real marketplaces are run by other tests.
 */

export const START = Date.parse('2026-11-02T09:00:00.000Z');
const CURRENCY = 'USD';
const FEE = 500n;

const itemView = z.object({
  id: z.string(),
  note: z.string(),
  payee: z.string(),
  amount: z.string(),
  status: z.string(),
  version: z.string(),
  created_at: z.string(),
});
export type Item = z.infer<typeof itemView>;
const ours = { evidence: 'ours', callers: ['user'], key: 'optional' } as const;
const idParams = z.object({ id: z.string() });

export const routes = {
  pay: defineRoute({
    ...ours,
    id: 'pay',
    method: 'POST',
    path: '/pay',
    summary: 'Holds an amount for somebody',
    body: z.object({ note: z.string(), payee: z.string(), amount: z.string(), secret: z.string().optional() }),
    data: itemView,
    status: 201,
  }),
  refund: defineRoute({
    ...ours,
    id: 'refund',
    method: 'POST',
    path: '/items/:id/refund',
    summary: 'Gives it back',
    params: idParams,
    data: itemView,
  }),
  release: defineRoute({
    ...ours,
    id: 'release',
    method: 'POST',
    path: '/items/:id/release',
    summary: 'Pays it out',
    params: idParams,
    data: itemView,
  }),
  item: defineRoute({
    ...ours,
    id: 'item',
    method: 'GET',
    path: '/items/:id',
    summary: 'One',
    params: idParams,
    data: itemView,
  }),
  items: defineRoute({
    ...ours,
    id: 'items',
    method: 'GET',
    path: '/items',
    summary: 'By note',
    query: z.object({ note: z.string() }),
    data: z.object({ items: z.array(itemView) }),
  }),
};

/** One effect as the ledger has it. */
export interface Effect {
  readonly id: string;
  readonly kind: string;
  /** The item that it is about. */
  readonly item: string;
  readonly note: string;
  /** SHA-256 of the idempotency key under which it was made. */
  readonly keyHash: string;
}

export interface Market {
  readonly backend: Backend;
  /** Which marketplace's manners it has: Agrenting stores refusals under their key, Humans2AI does not. */
  readonly manners: 'agrenting' | 'humans2ai';
  /** Answers a request whose bearer credential is the name of an account. */
  fetch(request: Request): Promise<Response>;
  /** Gives an account this many whole units. */
  fund(account: string, units: number): Promise<void>;
  available(account: string): Promise<bigint>;
  /** Effects since the ledger's row `after`, oldest first, and the newest row. */
  effects(after: bigint): Promise<{ readonly effects: Effect[]; readonly last: bigint }>;
  /** Another submission takes the place of the one that was looked at. */
  swap(item: string, version: string): Promise<void>;
  /** Sums that must be zero. @throws when the books do not balance. */
  audit(): Promise<void>;
  close(): Promise<void>;
}

const subjectOf = (payee: string, note: string, id: string): string => `item|${payee}|${note}|${id}`;

async function viewOf(tx: Tx, row: EscrowRow): Promise<Item> {
  const [, payee = '', note = ''] = row.subject.split('|');
  const named = await tx.selectFrom('meta').select('value').where('key', '=', `version ${row.id}`).executeTakeFirst();
  const amount = formatAmount(row.amount);
  return {
    id: row.id,
    note,
    payee,
    amount,
    status: row.state,
    version: named?.value ?? '1',
    created_at: row.created_at,
  };
}

async function itemOf(tx: Tx, id: string, caller: Caller): Promise<EscrowRow> {
  const row = await tx.selectFrom('escrows').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row?.payer.startsWith(`${caller.account}:`)) throw new ApiError('NOT_FOUND', 'No such item.');
  return row;
}

async function settled(tx: Tx, id: string, caller: Caller, move: (row: EscrowRow) => Promise<unknown>): Promise<Item> {
  const row = await itemOf(tx, id, caller);
  if (row.state !== 'held') throw new ApiError('CONFLICT', 'It was settled before.');
  await move(row);
  return await viewOf(tx, await itemOf(tx, id, caller));
}

const implementations: readonly Implementation[] = [
  implement(routes.pay, async (call) => {
    const { env, tx, now, operationKey } = call;
    const { note, payee, amount } = call.body;
    const escrowId = env.ids.uuid();
    const owner = callerIn(call).account;
    const facts = { owner, currency: CURRENCY, amount: parseAmount(amount), escrowId, operationKey, at: now };
    await hold(tx, { ...facts, subject: subjectOf(payee, note, escrowId) }).catch((error: unknown) => {
      if (!(error instanceof InsufficientBalance)) throw error;
      throw new ApiError('INSUFFICIENT_BALANCE', 'Not enough money.');
    });
    return await viewOf(tx, await itemOf(tx, escrowId, callerIn(call)));
  }),
  implement(routes.refund, async (call) => {
    const { tx, params, now: at, operationKey } = call;
    return await settled(tx, params.id, callerIn(call), ({ subject }) => refund(tx, { subject, at, operationKey }));
  }),
  implement(routes.release, async (call) => {
    const { tx, params, now: at, operationKey } = call;
    const fee = (total: bigint) => (total * FEE) / 10_000n;
    return await settled(tx, params.id, callerIn(call), ({ subject }) =>
      release(tx, { subject, at, operationKey, payee: subject.split('|')[1] ?? '', currency: CURRENCY, fee }),
    );
  }),
  implement(routes.item, async (call) => await viewOf(call.tx, await itemOf(call.tx, call.params.id, callerIn(call)))),
  implement(routes.items, async (call) => {
    const rows = await call.tx
      .selectFrom('escrows')
      .selectAll()
      .where('payer', '=', `${callerIn(call).account}:available:${CURRENCY}`)
      .where('subject', 'like', `item|%|${call.query.note}|%`)
      .execute();
    return { items: await Promise.all(rows.map((row) => viewOf(call.tx, row))) };
  }),
];

const open = { max: 1_000_000, windowMs: 1_000 };

export async function openMarket(
  manners: Market['manners'] = 'agrenting',
  { database = ':memory:', now = () => START }: { database?: string; now?: () => number } = {},
): Promise<Market> {
  const backend = await createBackend({
    database,
    seed: 'empty',
    clock: { now },
    random: seededRandom(`market of ${manners}`),
    settings: { rateLimits: false },
  });
  const { env } = backend;
  const service: Service = {
    marketplace: manners,
    envelope: manners === 'agrenting' ? agrenting : humans2ai,
    implementations,
    limitOf: async () => open,
    limitHeaders: () => ({}),
  };
  let grants = 0;
  return {
    backend,
    manners,
    async fetch(request) {
      const path = new URL(request.url).pathname.split('/').filter(Boolean);
      const account = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? 'nobody';
      const caller: Caller = {
        kind: 'user',
        via: 'key',
        account,
        credentialId: account,
        scopes: [],
        maxPricePerHire: null,
        since: new Date(now()).toISOString(),
      };
      const [first, id, verb] = path;
      const name = first === 'pay' ? 'pay' : id === undefined ? 'items' : (verb ?? 'item');
      const found = implementations.find(({ route }) => route.id === name);
      if (!found) return new Response(null, { status: 404 });
      return await serve(
        found,
        request,
        { params: id === undefined ? {} : { id }, caller, address: 'test' },
        service,
        env,
      );
    },
    async fund(account, units) {
      grants += 1;
      const credit = await openAccount(env.db, account, 'available', CURRENCY);
      const debit = await openAccount(env.db, 'world', 'world', CURRENCY);
      const subject = `grant of test ${manners} ${grants} ${account}`;
      await post(env.db, { debit, credit, amount: BigInt(units) * UNIT, kind: 'grant', subject, at: '2026-01-01' });
    },
    async available(account) {
      const row = await env.db
        .selectFrom('accounts')
        .select('balance')
        .where('id', '=', `${account}:available:${CURRENCY}`)
        .executeTakeFirst();
      return row?.balance ?? 0n;
    },
    async effects(after) {
      const rows = await env.db
        .selectFrom('transfers')
        .select(['id', 'kind', 'subject', 'operation_key'])
        .where('id', '>', after)
        .orderBy('id')
        .execute();
      const made = rows.filter(({ kind }) => kind === 'lock' || kind === 'refund' || kind === 'release');
      return {
        last: rows.at(-1)?.id ?? after,
        effects: made.map(({ id, kind, subject, operation_key }) => {
          const [, , note = '', item = ''] = subject.split('|');
          return { id: String(id), kind, item, note, keyHash: operation_key?.split('/').at(-1) ?? '' };
        }),
      };
    },
    async swap(item, version) {
      const row = { key: `version ${item}`, value: version };
      await env.db
        .insertInto('meta')
        .values(row)
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: version }))
        .execute();
    },
    async audit() {
      const { sums, escrowGap, negative } = await audit(env.db);
      const wrong = Object.values(sums).some((sum) => sum !== 0n) || escrowGap !== 0n || negative !== 0n;
      if (wrong) throw new Error(`the books do not balance: ${JSON.stringify({ sums, escrowGap, negative }, text)}`);
    },
    close: () => backend.close(),
  };
}

const text = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** The name under which the ledger knows an idempotency key. */
export const keyHash = hashSecret;
