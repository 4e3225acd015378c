import { agrentingAgentsSql } from './agrenting-agents-sql.js';

export const agrentingMigration = {
  name: '002-agrenting',
  sql: `
CREATE TABLE agrenting_users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE agrenting_github_tokens (
  user_id TEXT PRIMARY KEY,
  sealed TEXT NOT NULL,
  hint TEXT,
  updated_at TEXT NOT NULL
) STRICT;
${agrentingAgentsSql}
CREATE TABLE hirings (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  agent_id TEXT NOT NULL REFERENCES agrenting_agents (id),
  status TEXT NOT NULL CHECK (status IN
    ('pending_payment','paid','queued','in_progress','completed','failed','cancelled','disputed','refunded')),
  price INTEGER NOT NULL CHECK (price >= 0),
  capability_requested TEXT NOT NULL,
  task_description TEXT NOT NULL,
  client_message TEXT,
  task_input TEXT NOT NULL,
  task_output TEXT,
  failed_reason TEXT,
  delivery_mode TEXT NOT NULL CHECK (delivery_mode IN ('output','push')),
  repo_url TEXT,
  repo_token_sealed TEXT,
  client_key TEXT,
  client_fingerprint TEXT,
  dispatch_id TEXT,
  trace_attempt INTEGER NOT NULL DEFAULT 1,
  deadline_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  started_at TEXT,
  completed_at TEXT,
  failed_at TEXT,
  cancelled_at TEXT,
  CHECK (repo_token_sealed IS NULL OR (delivery_mode = 'push' AND status IN ('queued','in_progress','paid')))
) STRICT;
CREATE UNIQUE INDEX hirings_client_key ON hirings (user_id, client_key) WHERE client_key IS NOT NULL;
CREATE INDEX hirings_user ON hirings (user_id, seq);
CREATE INDEX hirings_user_status ON hirings (user_id, status, seq);
CREATE INDEX hirings_agent_status ON hirings (agent_id, status, seq);

CREATE TRIGGER hirings_count_insert AFTER INSERT ON hirings BEGIN
  INSERT INTO counters (name, n) VALUES ('hirings:' || NEW.user_id, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
  INSERT INTO counters (name, n) VALUES ('hirings:' || NEW.user_id || ':' || NEW.status, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
  UPDATE agrenting_agents SET open_hirings = open_hirings + 1
    WHERE id = NEW.agent_id AND NEW.status IN ('pending_payment','paid','queued','in_progress');
END;
CREATE TRIGGER hirings_count_status AFTER UPDATE OF status ON hirings WHEN NEW.status <> OLD.status BEGIN
  UPDATE counters SET n = n - 1 WHERE name = 'hirings:' || OLD.user_id || ':' || OLD.status;
  INSERT INTO counters (name, n) VALUES ('hirings:' || NEW.user_id || ':' || NEW.status, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
  UPDATE agrenting_agents SET open_hirings = open_hirings
      + (NEW.status IN ('pending_payment','paid','queued','in_progress'))
      - (OLD.status IN ('pending_payment','paid','queued','in_progress'))
    WHERE id = NEW.agent_id;
END;

CREATE TABLE hiring_messages (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  hiring_id TEXT NOT NULL REFERENCES hirings (id),
  sender_type TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  reply_to_id TEXT,
  resolved_at TEXT,
  content TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX hiring_messages_hiring ON hiring_messages (hiring_id, seq);
CREATE INDEX hiring_messages_open ON hiring_messages (hiring_id, kind, resolved_at, seq);

CREATE TABLE artifacts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  artifact_type TEXT NOT NULL,
  content_type TEXT NOT NULL,
  language TEXT,
  encoding TEXT NOT NULL CHECK (encoding IN ('utf8','base64')),
  content TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX artifacts_subject ON artifacts (subject, seq);

CREATE TABLE agrenting_payments (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in','out')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  method TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending','processing','completed')),
  address TEXT,
  task_id TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT
) STRICT;
CREATE INDEX agrenting_payments_account ON agrenting_payments (account, status, seq);
-- Statements filtered by kind.
CREATE INDEX transfers_debit_kind ON transfers (debit, kind, id);
CREATE INDEX transfers_credit_kind ON transfers (credit, kind, id);

CREATE TABLE agrenting_tasks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  client TEXT NOT NULL,
  client_agent_id TEXT,
  provider_agent_id TEXT NOT NULL REFERENCES agrenting_agents (id),
  capability TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT,
  status TEXT NOT NULL CHECK (status IN ('pending','in_progress','completed','failed','cancelled','disputed')),
  price INTEGER NOT NULL CHECK (price >= 0),
  payment_type TEXT,
  payment_status TEXT NOT NULL CHECK (payment_status IN ('unpaid','pending','escrowed','released','refunded')),
  payment_id TEXT,
  paid_at TEXT,
  error_reason TEXT,
  dispute_reason TEXT,
  progress_percent INTEGER,
  progress_message TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  completed_at TEXT
) STRICT;
CREATE INDEX agrenting_tasks_client ON agrenting_tasks (client, seq);
CREATE INDEX agrenting_tasks_client_status ON agrenting_tasks (client, status, seq);
CREATE INDEX agrenting_tasks_provider ON agrenting_tasks (provider_agent_id, seq);
CREATE INDEX agrenting_tasks_provider_status ON agrenting_tasks (provider_agent_id, status, seq);

CREATE TABLE agrenting_task_events (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL REFERENCES agrenting_tasks (id),
  event_type TEXT NOT NULL,
  details TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX agrenting_task_events_task ON agrenting_task_events (task_id, seq);

CREATE TABLE agrenting_task_attempts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  task_id TEXT NOT NULL REFERENCES agrenting_tasks (id),
  provider_agent_id TEXT NOT NULL,
  status TEXT NOT NULL,
  error_reason TEXT,
  created_at TEXT NOT NULL,
  completed_at TEXT
) STRICT;
CREATE INDEX agrenting_task_attempts_task ON agrenting_task_attempts (task_id, seq);

CREATE TABLE stream_chunks (
  subject TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (subject, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  document_type TEXT,
  agent_id TEXT,
  task_id TEXT,
  content TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  file_hash TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE agrenting_webhooks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  callback_url TEXT NOT NULL,
  event_types TEXT NOT NULL,
  secret_sealed TEXT NOT NULL,
  status TEXT NOT NULL,
  failure_count INTEGER NOT NULL DEFAULT 0,
  last_delivery_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX agrenting_webhooks_account ON agrenting_webhooks (account, seq);
`,
};
