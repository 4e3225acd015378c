/**
 * Webhook deliveries of both marketplaces. A row is written in the transaction of the change that it tells of (an
 * outbox) and keeps its place in line: of the deliveries of one webhook about one subject only the first unfinished one
 * is "ready", the others are "queued" behind it. So the order of a subject holds, and what can be sent next is one range
 * of one index.
 */
export const webhookMigration = {
  name: '005-webhook-deliveries',
  sql: `
CREATE TABLE webhook_deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  marketplace TEXT NOT NULL CHECK (marketplace IN ('agrenting','humans2ai')),
  webhook_id TEXT NOT NULL,
  account TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ready','queued','delivered','failed','dropped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL,
  last_status INTEGER,
  last_error TEXT,
  resend_of TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE UNIQUE INDEX webhook_deliveries_first ON webhook_deliveries (webhook_id, subject) WHERE state = 'ready';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at, seq) WHERE state = 'ready';
CREATE INDEX webhook_deliveries_line ON webhook_deliveries (webhook_id, subject, seq) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, seq);
CREATE INDEX webhook_deliveries_account ON webhook_deliveries (marketplace, account, seq);

CREATE TABLE webhook_attempts (
  delivery_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  at TEXT NOT NULL,
  status INTEGER,
  error TEXT,
  ms INTEGER,
  PRIMARY KEY (delivery_id, attempt)
) STRICT, WITHOUT ROWID;
`,
};
