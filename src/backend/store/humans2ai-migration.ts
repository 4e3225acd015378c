/**
 * The filters that a task is found by, as rows: one for each combination of the five optional filters, so that any list
 * of tasks is one range of one index and its total one counter. `view` is "p" (everybody: tasks that went live), "h"
 * (admins: tasks that never did) or "o" (the owner: all of their own). Combinations are spelled alike in task-list.ts.
 */
const facetsOf = (row: 'NEW' | 'OLD'): string => `
  SELECT view || status || agent || category || urgency || remote AS facet
  FROM (SELECT CASE ${row}.live WHEN 1 THEN 'p' ELSE 'h' END AS view UNION ALL SELECT 'o'),
       (SELECT '' AS status UNION ALL SELECT '|s=' || ${row}.status),
       (SELECT '' AS agent UNION ALL SELECT '|a=' || ${row}.agent_id),
       (SELECT '' AS category UNION ALL SELECT '|c=' || ${row}.category),
       (SELECT '' AS urgency UNION ALL SELECT '|u=' || ${row}.urgency),
       (SELECT '' AS remote UNION ALL SELECT '|r=' || ${row}.remote)
  WHERE view <> 'o' OR agent <> ''`;

const count = (name: string, change: string): string => `
  INSERT INTO counters (name, n) VALUES (${name}, ${change})
    ON CONFLICT (name) DO UPDATE SET n = n + (${change});`;

export const humans2aiMigration = {
  name: '003-humans2ai',
  sql: `
CREATE TABLE h2a_users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('agent','human','admin')),
  password TEXT,
  suspended INTEGER NOT NULL DEFAULT 0,
  behaviour TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX h2a_users_behaviour ON h2a_users (role, id) WHERE behaviour IS NOT NULL;
CREATE TRIGGER h2a_users_count AFTER INSERT ON h2a_users BEGIN ${count("'h2a:users:' || NEW.role", '1')}
END;

CREATE TABLE h2a_refresh_tokens (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES h2a_users (id),
  signed_in_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX h2a_refresh_tokens_user ON h2a_refresh_tokens (user_id, expires_at);

CREATE TABLE h2a_tasks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  agent_id TEXT NOT NULL REFERENCES h2a_users (id),
  agent_name TEXT NOT NULL,
  human_id TEXT REFERENCES h2a_users (id),
  status TEXT NOT NULL CHECK (status IN
    ('pending_review','open','assigned','submitted','completed','rejected_by_agent','disputed','expired','refunded')),
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  category TEXT NOT NULL,
  budget INTEGER NOT NULL CHECK (budget > 0),
  deadline TEXT NOT NULL,
  urgency TEXT NOT NULL,
  location TEXT,
  remote INTEGER NOT NULL,
  requirements TEXT NOT NULL,
  skills_required TEXT NOT NULL,
  auto_approve INTEGER NOT NULL,
  escrow_id TEXT NOT NULL UNIQUE,
  applicant_count INTEGER NOT NULL DEFAULT 0 CHECK (applicant_count BETWEEN 0 AND 20),
  message_count INTEGER NOT NULL DEFAULT 0,
  submission_version INTEGER NOT NULL DEFAULT 0,
  submission_hash TEXT,
  rejection_reason TEXT,
  dispute_reason TEXT,
  payout INTEGER,
  fee INTEGER,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  assigned_at TEXT,
  submitted_at TEXT,
  completed_at TEXT,
  cancelled_at TEXT
) STRICT;

CREATE TABLE h2a_task_facets (
  facet TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (facet, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER h2a_task_facets_count AFTER INSERT ON h2a_task_facets BEGIN ${count("'h2a:tasks:' || NEW.facet", '1')}
END;
CREATE TRIGGER h2a_task_facets_uncount AFTER DELETE ON h2a_task_facets BEGIN
  UPDATE counters SET n = n - 1 WHERE name = 'h2a:tasks:' || OLD.facet;
END;
CREATE TRIGGER h2a_tasks_listed AFTER INSERT ON h2a_tasks BEGIN
  INSERT INTO h2a_task_facets (facet, seq) SELECT facet, NEW.seq FROM (${facetsOf('NEW')});
END;
CREATE TRIGGER h2a_tasks_moved AFTER UPDATE OF status, live ON h2a_tasks
WHEN NEW.status <> OLD.status OR NEW.live <> OLD.live BEGIN
  DELETE FROM h2a_task_facets WHERE seq = OLD.seq AND facet IN (
    SELECT * FROM (${facetsOf('OLD')}) EXCEPT SELECT * FROM (${facetsOf('NEW')}));
  INSERT INTO h2a_task_facets (facet, seq) SELECT facet, NEW.seq FROM (
    SELECT * FROM (${facetsOf('NEW')}) EXCEPT SELECT * FROM (${facetsOf('OLD')}));
END;

CREATE TABLE h2a_applications (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL REFERENCES h2a_tasks (id),
  human_id TEXT NOT NULL REFERENCES h2a_users (id),
  status TEXT NOT NULL CHECK (status IN ('pending','accepted','rejected')),
  message TEXT,
  applied_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX h2a_applications_once ON h2a_applications (task_id, human_id);
CREATE UNIQUE INDEX h2a_applications_accepted ON h2a_applications (task_id) WHERE status = 'accepted';
CREATE INDEX h2a_applications_task ON h2a_applications (task_id, seq);

CREATE TABLE h2a_submissions (
  task_id TEXT NOT NULL REFERENCES h2a_tasks (id),
  version INTEGER NOT NULL,
  content TEXT NOT NULL,
  attachments TEXT NOT NULL,
  submitted_at TEXT NOT NULL,
  PRIMARY KEY (task_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE h2a_messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL REFERENCES h2a_tasks (id),
  sender_id TEXT NOT NULL,
  sender_role TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX h2a_messages_task ON h2a_messages (task_id, seq);

CREATE TABLE h2a_confirmations (
  token_hash TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  tool TEXT NOT NULL,
  params_hash TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;
CREATE INDEX h2a_confirmations_age ON h2a_confirmations (expires_at);

CREATE TABLE h2a_webhooks (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES h2a_users (id),
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  active INTEGER NOT NULL,
  secret_sealed TEXT NOT NULL,
  previous_secret_sealed TEXT,
  previous_valid_until TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX h2a_webhooks_user ON h2a_webhooks (user_id, created_at, id);

-- Transfers as each side of them reads its history; the payer sees a release and its fee leave the escrow.
CREATE TABLE h2a_transactions (
  user_id TEXT NOT NULL,
  transfer_id INTEGER NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (user_id, transfer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX h2a_transactions_type ON h2a_transactions (user_id, type, transfer_id);
CREATE TRIGGER h2a_transactions_count AFTER INSERT ON h2a_transactions BEGIN
  ${count("'h2a:transactions:' || NEW.user_id", '1')}
  ${count("'h2a:transactions:' || NEW.user_id || ':' || NEW.type", '1')}
END;
CREATE TRIGGER h2a_transfers_history AFTER INSERT ON transfers
WHEN (SELECT currency FROM accounts WHERE id = NEW.debit) = '$A9token' BEGIN
  INSERT OR IGNORE INTO h2a_transactions (user_id, transfer_id, type)
    SELECT owner, NEW.id, CASE NEW.kind
      WHEN 'lock' THEN 'escrow_lock' WHEN 'release' THEN 'escrow_release' WHEN 'refund' THEN 'escrow_refund'
      WHEN 'fee' THEN 'platform_fee' WHEN 'grant' THEN 'signup_bonus' ELSE NEW.kind END
    FROM accounts WHERE id IN (NEW.debit, NEW.credit) AND kind IN ('available', 'escrow');
END;
CREATE TRIGGER h2a_transfers_spent AFTER INSERT ON transfers
WHEN NEW.kind IN ('release', 'fee') AND (SELECT currency FROM accounts WHERE id = NEW.debit) = '$A9token' BEGIN
  ${count("'h2a:spent:' || (SELECT owner FROM accounts WHERE id = NEW.debit)", 'NEW.amount')}
END;
CREATE TRIGGER h2a_transfers_earned AFTER INSERT ON transfers
WHEN NEW.kind = 'release' AND (SELECT currency FROM accounts WHERE id = NEW.debit) = '$A9token' BEGIN
  ${count("'h2a:earned:' || (SELECT owner FROM accounts WHERE id = NEW.credit)", 'NEW.amount')}
END;
`,
};
