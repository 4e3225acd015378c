/** The tables of the AgentDojo side; the rows are described in agentdojo-schema.ts. */
export const agentdojoMigration = {
  name: '004-agentdojo',
  sql: `
CREATE TABLE dojo_servers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  is_active INTEGER NOT NULL DEFAULT 1,
  request_count INTEGER NOT NULL DEFAULT 0,
  last_used_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX dojo_servers_slug ON dojo_servers (account, slug);
CREATE INDEX dojo_servers_list ON dojo_servers (account, id);
CREATE TRIGGER dojo_servers_counted AFTER INSERT ON dojo_servers BEGIN
  INSERT INTO counters (name, n) VALUES ('dojo_servers:' || NEW.account, 1)
    ON CONFLICT (name) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER dojo_servers_uncounted AFTER DELETE ON dojo_servers BEGIN
  UPDATE counters SET n = n - 1 WHERE name = 'dojo_servers:' || OLD.account;
END;

CREATE TABLE dojo_toolkits (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX dojo_toolkits_name ON dojo_toolkits (account, name);

CREATE TABLE dojo_tools (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  toolkit_id TEXT NOT NULL REFERENCES dojo_toolkits (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  function_name TEXT NOT NULL,
  input_schema TEXT NOT NULL,
  dangerous INTEGER NOT NULL,
  timeout_seconds INTEGER NOT NULL,
  usage_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX dojo_tools_toolkit ON dojo_tools (toolkit_id, name);
CREATE INDEX dojo_tools_account ON dojo_tools (account, seq);
CREATE INDEX dojo_tools_name ON dojo_tools (account, name, seq);

CREATE TABLE dojo_server_tools (
  server_id INTEGER NOT NULL REFERENCES dojo_servers (id) ON DELETE CASCADE,
  tool_id TEXT NOT NULL REFERENCES dojo_tools (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (server_id, name)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dojo_server_tools_tool ON dojo_server_tools (server_id, tool_id);
CREATE INDEX dojo_server_tools_of ON dojo_server_tools (tool_id);

CREATE TABLE dojo_resources (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL,
  server_id INTEGER NOT NULL REFERENCES dojo_servers (id) ON DELETE CASCADE,
  uri TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  mime_type TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX dojo_resources_uri ON dojo_resources (server_id, uri);
CREATE INDEX dojo_resources_account ON dojo_resources (account, id);
CREATE INDEX dojo_resources_read ON dojo_resources (account, uri, id);

CREATE TABLE dojo_prompts (
  server_id INTEGER NOT NULL REFERENCES dojo_servers (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  arguments TEXT NOT NULL,
  template TEXT NOT NULL,
  PRIMARY KEY (server_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE dojo_subscriptions (
  account TEXT NOT NULL,
  uri TEXT NOT NULL,
  PRIMARY KEY (account, uri)
) STRICT, WITHOUT ROWID;
`,
};
