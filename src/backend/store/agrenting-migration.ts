export const agrentingMigration = {
  name: '002-agrenting',
  sql: `
CREATE TABLE agrenting_users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  github_token_sealed TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE agrenting_agents (
  id TEXT PRIMARY KEY,
  did TEXT NOT NULL UNIQUE,
  owner_id TEXT,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  category TEXT NOT NULL,
  pricing_model TEXT NOT NULL,
  base_price INTEGER NOT NULL CHECK (base_price >= 0),
  status TEXT NOT NULL,
  behaviour TEXT,
  metadata TEXT NOT NULL,
  reputation INTEGER NOT NULL,
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  online INTEGER NOT NULL DEFAULT 0,
  last_seen_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX agrenting_agents_rank ON agrenting_agents (status, online DESC, reputation DESC, id);
CREATE INDEX agrenting_agents_owner ON agrenting_agents (owner_id);

CREATE TABLE hirings (
  id TEXT PRIMARY KEY,
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
  cancelled_at TEXT
) STRICT;
CREATE UNIQUE INDEX hirings_client_key ON hirings (user_id, client_key) WHERE client_key IS NOT NULL;
CREATE INDEX hirings_user ON hirings (user_id, created_at DESC, id DESC);
CREATE INDEX hirings_user_status ON hirings (user_id, status, created_at DESC, id DESC);
CREATE INDEX hirings_agent_status ON hirings (agent_id, status, created_at);

CREATE TRIGGER hirings_count_insert AFTER INSERT ON hirings BEGIN
  INSERT INTO counters (name, n) VALUES ('hirings:' || NEW.user_id, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
  INSERT INTO counters (name, n) VALUES ('hirings:' || NEW.user_id || ':' || NEW.status, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER hirings_count_status AFTER UPDATE OF status ON hirings WHEN NEW.status <> OLD.status BEGIN
  UPDATE counters SET n = n - 1 WHERE name = 'hirings:' || OLD.user_id || ':' || OLD.status;
  INSERT INTO counters (name, n) VALUES ('hirings:' || NEW.user_id || ':' || NEW.status, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
END;

CREATE TABLE hiring_messages (
  id TEXT PRIMARY KEY,
  hiring_id TEXT NOT NULL REFERENCES hirings (id),
  sender_type TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  reply_to_id TEXT,
  resolved_at TEXT,
  content TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX hiring_messages_hiring ON hiring_messages (hiring_id, created_at, id);

CREATE TABLE artifacts (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  artifact_type TEXT NOT NULL,
  content_type TEXT NOT NULL,
  language TEXT,
  encoding TEXT NOT NULL,
  content TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX artifacts_subject ON artifacts (subject, created_at, id);
`,
};
