import { agentdojoMigration } from './agentdojo-migration.js';
import { agrentingMigration } from './agrenting-migration.js';
import { auditMigration } from './audit-migration.js';
import { humans2aiMigration } from './humans2ai-migration.js';
import { webhookMigration } from './webhook-migration.js';

/**
 * The schema, forward only: each entry is run once, in order, in its own transaction. Never edit one that was
 * released; add another.
 */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '001-core',
    sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('available','escrow','platform','world')),
  currency TEXT NOT NULL,
  balance INTEGER NOT NULL DEFAULT 0,
  CHECK (kind = 'world' OR balance >= 0)
) STRICT;
CREATE UNIQUE INDEX accounts_owner ON accounts (owner, kind, currency);

CREATE TABLE transfers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  debit TEXT NOT NULL REFERENCES accounts (id),
  credit TEXT NOT NULL REFERENCES accounts (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  kind TEXT NOT NULL CHECK (kind IN ('deposit','withdrawal','grant','lock','release','fee','refund')),
  subject TEXT NOT NULL,
  operation_key TEXT,
  created_at TEXT NOT NULL,
  CHECK (debit <> credit)
) STRICT;
CREATE INDEX transfers_debit ON transfers (debit, id);
CREATE INDEX transfers_credit ON transfers (credit, id);
-- One lock, one release, one fee, one refund for a subject; one effect of a kind for an idempotency key, for ever.
CREATE UNIQUE INDEX transfers_subject ON transfers (subject, kind);
CREATE UNIQUE INDEX transfers_key ON transfers (operation_key, kind) WHERE operation_key IS NOT NULL;

CREATE TRIGGER transfers_currency BEFORE INSERT ON transfers
WHEN (SELECT currency FROM accounts WHERE id = NEW.debit) IS NOT (SELECT currency FROM accounts WHERE id = NEW.credit)
BEGIN SELECT RAISE(ABORT, 'a transfer stays within one currency'); END;
CREATE TRIGGER transfers_post AFTER INSERT ON transfers BEGIN
  UPDATE accounts SET balance = balance - NEW.amount WHERE id = NEW.debit;
  UPDATE accounts SET balance = balance + NEW.amount WHERE id = NEW.credit;
END;
CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER transfers_no_delete BEFORE DELETE ON transfers BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'accounts are kept'); END;
CREATE TRIGGER accounts_open_empty BEFORE INSERT ON accounts WHEN NEW.balance <> 0
BEGIN SELECT RAISE(ABORT, 'an account opens empty'); END;

CREATE TABLE escrows (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL UNIQUE,
  payer TEXT NOT NULL REFERENCES accounts (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  state TEXT NOT NULL CHECK (state IN ('held','released','refunded','split')),
  created_at TEXT NOT NULL,
  settled_at TEXT
) STRICT;
CREATE TRIGGER escrows_once BEFORE UPDATE ON escrows WHEN OLD.state <> 'held' OR NEW.amount <> OLD.amount
BEGIN SELECT RAISE(ABORT, 'an escrow is settled once'); END;
CREATE TRIGGER escrows_no_delete BEFORE DELETE ON escrows BEGIN SELECT RAISE(ABORT, 'escrows are kept'); END;

CREATE TABLE credentials (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  marketplace TEXT NOT NULL,
  kind TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('key','session')),
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  max_price_per_hire INTEGER,
  allowed_ips TEXT,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;
CREATE INDEX credentials_account ON credentials (marketplace, account, created_at);

CREATE TABLE idempotency (
  marketplace TEXT NOT NULL,
  account TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  state TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (marketplace, account, key_hash)
) STRICT;
CREATE INDEX idempotency_age ON idempotency (created_at) WHERE body IS NOT NULL;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  due_at TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (due_at, id);
CREATE INDEX jobs_subject ON jobs (subject, kind);

CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0) STRICT;
`,
  },
  agrentingMigration,
  humans2aiMigration,
  auditMigration,
  webhookMigration,
  agentdojoMigration,
];
