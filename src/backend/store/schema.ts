import type { Generated, Kysely, Transaction } from 'kysely';
import type { AgentdojoTables } from './agentdojo-schema.js';
import type { AgrentingTables } from './agrenting-schema.js';
import type { Humans2aiTables } from './humans2ai-schema.js';
import type { OperateTables } from './operate-schema.js';

/**
 * The rows as Kysely types them. Integers are bigint (the driver's safe integers); times are ISO text with
 * milliseconds, which sorts as it reads; lists and objects are JSON text.
 */

export interface AccountRow {
  /** "<owner>:<kind>", for example "user:…:available". */
  id: string;
  /** Who owns it: an Agrenting user or agent, a Humans2AI user, "platform" or "world". */
  owner: string;
  kind: 'available' | 'escrow' | 'platform' | 'world';
  currency: string;
  /** Maintained by a trigger from the transfers; only "world" may be negative. */
  balance: bigint;
}

/** A debit and a credit of the same amount in one row: an imbalance cannot be written down. */
export interface TransferRow {
  id: Generated<bigint>;
  debit: string;
  credit: string;
  amount: bigint;
  kind: TransferKind;
  /** What it is about: "hiring:<id>:<attempt>", "task:<id>", "deposit:<id>". */
  subject: string;
  /** The idempotency key (hashed, with its account) that caused it. It never expires. */
  operation_key: string | null;
  created_at: string;
}
export type TransferKind = 'deposit' | 'withdrawal' | 'grant' | 'lock' | 'release' | 'fee' | 'refund';

/** Money held for one subject. It leaves the state "held" once. */
export interface EscrowRow {
  id: string;
  subject: string;
  payer: string;
  amount: bigint;
  state: 'held' | 'released' | 'refunded' | 'split';
  created_at: string;
  settled_at: string | null;
}

export interface CredentialRow {
  id: string;
  /** SHA-256 of the secret; the secret itself is shown once and never stored. */
  hash: string;
  marketplace: 'agrenting' | 'humans2ai' | 'agentdojo';
  kind: 'user' | 'agent' | 'human' | 'admin';
  via: 'key' | 'session';
  account: string;
  name: string;
  hint: string;
  scopes: string;
  max_price_per_hire: bigint | null;
  allowed_ips: string | null;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface IdempotencyRow {
  marketplace: string;
  account: string;
  key_hash: string;
  fingerprint: string;
  state: 'completed' | 'failed_final' | 'failed_retriable';
  status: bigint;
  /** The exact bytes of the first answer; null when they have expired. */
  body: string | null;
  created_at: string;
}

/** Something that happens at a time: an actor's move, a deadline, a probe. */
export interface JobRow {
  id: Generated<bigint>;
  due_at: string;
  kind: string;
  subject: string;
  payload: string;
}

export interface MetaRow {
  key: string;
  value: string;
}

/** A running count per name, kept by triggers, so that a total costs the same with ten rows and with a million. */
export interface CounterRow {
  name: string;
  n: bigint;
}

export interface CoreTables {
  accounts: AccountRow;
  transfers: TransferRow;
  escrows: EscrowRow;
  credentials: CredentialRow;
  idempotency: IdempotencyRow;
  jobs: JobRow;
  meta: MetaRow;
  counters: CounterRow;
}

export interface Database extends CoreTables, AgrentingTables, Humans2aiTables, AgentdojoTables, OperateTables {}
export type Db = Kysely<Database>;
/** A transaction, or the database itself where a read needs none. */
export type Tx = Kysely<Database> | Transaction<Database>;
