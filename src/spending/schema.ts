import type { Generated } from 'kysely';
import type { Migration } from '../sqlite.js';

/** The journal's tables. No secret and no text by another party is in them. */

export type OperationState = 'prepared' | 'sent' | 'done' | 'refused' | 'unknown';

/** The states in which an outcome is not known yet. */
export const OPEN_STATES: readonly OperationState[] = ['prepared', 'sent', 'unknown'];
export const isOpen = ({ state }: { readonly state: OperationState }): boolean => OPEN_STATES.includes(state);

export interface OperationRow {
  /** The idempotency key as it is sent: one effect at the marketplace, for ever. */
  key: string;
  tool: string;
  marketplace: string;
  role: string;
  account: string;
  origin: string;
  /** A fingerprint of the credential: a resume under another one would be another request. */
  credential: string;
  digest: string;
  /** Canonical JSON of the arguments without secrets, kept while the operation may have to be sent again. */
  args: string | null;
  /** 1 when a secret went along that is written down nowhere: it is never sent again without it. */
  with_secret: bigint;
  state: OperationState;
  /** 10^-8 units. */
  amount: bigint;
  currency: string;
  spends: bigint;
  payee: string;
  confirmed_by: string;
  attempts: bigint;
  /** Milliseconds since the epoch. */
  created_at: bigint;
  updated_at: bigint;
  /** Ids, states and amounts of the answer as JSON; free text is left out. */
  result: string | null;
  error_code: string | null;
}

/** One time that an operation was handed to the network, whatever process did it. */
export interface AttemptRow {
  id: Generated<bigint>;
  key: string;
  started_at: bigint;
  /** 0 while its request may still be on its way, also after its answer was lost. */
  answered: bigint;
}

export interface ConfirmationRow {
  /** Short name for `hirewire approve`. */
  id: string;
  /** SHA-256 of the token; null when no token was handed out. */
  token_hash: string | null;
  digest: string;
  tool: string;
  /** SHA-256 over amount, payee and resource version. */
  binding: string;
  sentence: string;
  created_at: bigint;
  expires_at: bigint;
  /** How a person agreed: "elicitation" or "approve_command"; null while nobody did. */
  approved_via: string | null;
  /** The operation it was used for. */
  used_by: string | null;
  failures: bigint;
  burnt: bigint;
}

export interface JournalTables {
  operations: OperationRow;
  attempts: AttemptRow;
  confirmations: ConfirmationRow;
}

export const journalMigrations: readonly Migration[] = [
  {
    name: '001-journal',
    sql: `
CREATE TABLE operations (
  key TEXT PRIMARY KEY,
  tool TEXT NOT NULL,
  marketplace TEXT NOT NULL,
  role TEXT NOT NULL,
  account TEXT NOT NULL,
  origin TEXT NOT NULL,
  credential TEXT NOT NULL,
  digest TEXT NOT NULL,
  args TEXT,
  with_secret INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('prepared','sent','done','refused','unknown')),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  currency TEXT NOT NULL,
  spends INTEGER NOT NULL,
  payee TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  result TEXT,
  error_code TEXT
) STRICT;
CREATE INDEX operations_digest ON operations (digest, created_at);
CREATE INDEX operations_recent ON operations (created_at);
CREATE INDEX operations_open ON operations (created_at) WHERE state IN ('prepared','sent','unknown');
CREATE INDEX operations_spent ON operations (currency, created_at) WHERE spends = 1 AND state <> 'refused';
-- What is settled stays settled.
CREATE TRIGGER operations_final BEFORE UPDATE OF state ON operations
WHEN OLD.state IN ('done','refused') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'an operation is settled once'); END;

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL REFERENCES operations (key),
  started_at INTEGER NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX attempts_key ON attempts (key);

CREATE TABLE confirmations (
  id TEXT PRIMARY KEY,
  token_hash TEXT UNIQUE,
  digest TEXT NOT NULL,
  tool TEXT NOT NULL,
  binding TEXT NOT NULL,
  sentence TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  approved_via TEXT,
  used_by TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  burnt INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX confirmations_digest ON confirmations (digest, expires_at);
CREATE INDEX confirmations_expiry ON confirmations (expires_at);
`,
  },
];
