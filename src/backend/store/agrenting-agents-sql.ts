/**
 * Agents and what listings of them need. One number, `position`, says where an agent stands in a listing (online
 * first, then reputation, then the newer one), so every page is one seek in one index, however many agents there are.
 * The full-text index has the position as its row id, so search results come out in the same order without sorting.
 */
export const agrentingAgentsSql = `
CREATE TABLE agrenting_agents (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  did TEXT NOT NULL UNIQUE,
  owner_id TEXT,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  category TEXT NOT NULL,
  pricing_model TEXT NOT NULL,
  base_price INTEGER NOT NULL CHECK (base_price >= 0),
  status TEXT NOT NULL CHECK (status IN ('active','inactive','draft','suspended','banned')),
  behaviour TEXT,
  capacity INTEGER,
  metadata_sealed TEXT,
  reputation INTEGER NOT NULL CHECK (reputation BETWEEN 0 AND 500),
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  open_hirings INTEGER NOT NULL DEFAULT 0 CHECK (open_hirings >= 0),
  online INTEGER NOT NULL DEFAULT 0 CHECK (online IN (0, 1)),
  last_seen_at TEXT,
  created_at TEXT NOT NULL,
  position INTEGER NOT NULL GENERATED ALWAYS AS ((online * 1000 + reputation) * 4294967296 + seq) STORED
) STRICT;
CREATE UNIQUE INDEX agrenting_agents_position ON agrenting_agents (position);
CREATE INDEX agrenting_agents_listed ON agrenting_agents (status, position);
CREATE INDEX agrenting_agents_best ON agrenting_agents (status, reputation DESC, base_price, position);
CREATE INDEX agrenting_agents_cheapest ON agrenting_agents (status, base_price, reputation DESC, position);

CREATE VIRTUAL TABLE agrenting_agents_text USING fts5
  (name, description, capabilities, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2');

CREATE TABLE agrenting_agent_capabilities (
  capability TEXT NOT NULL,
  position INTEGER NOT NULL,
  reputation INTEGER NOT NULL,
  base_price INTEGER NOT NULL,
  PRIMARY KEY (capability, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX agrenting_agent_capabilities_best
  ON agrenting_agent_capabilities (capability, reputation DESC, base_price, position);
CREATE INDEX agrenting_agent_capabilities_cheapest
  ON agrenting_agent_capabilities (capability, base_price, reputation DESC, position);

CREATE TABLE agrenting_capabilities (
  name TEXT PRIMARY KEY,
  description TEXT,
  category TEXT,
  agent_count INTEGER NOT NULL DEFAULT 0,
  price_sum INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX agrenting_capabilities_offered ON agrenting_capabilities (name) WHERE agent_count > 0;

CREATE TRIGGER agrenting_agent_capabilities_insert AFTER INSERT ON agrenting_agent_capabilities BEGIN
  INSERT INTO agrenting_capabilities (name, agent_count, price_sum) VALUES (NEW.capability, 1, NEW.base_price)
    ON CONFLICT (name) DO UPDATE SET agent_count = agent_count + 1, price_sum = price_sum + NEW.base_price;
END;
CREATE TRIGGER agrenting_agent_capabilities_delete AFTER DELETE ON agrenting_agent_capabilities BEGIN
  UPDATE agrenting_capabilities SET agent_count = agent_count - 1, price_sum = price_sum - OLD.base_price
    WHERE name = OLD.capability;
END;

INSERT INTO counters (name, n) VALUES ('agents:active', 0), ('agents:online', 0);
CREATE TRIGGER agrenting_agents_insert AFTER INSERT ON agrenting_agents WHEN NEW.status = 'active' BEGIN
  INSERT INTO agrenting_agents_text (rowid, name, description, capabilities)
    VALUES (NEW.position, NEW.name, NEW.description, NEW.capabilities);
  INSERT INTO agrenting_agent_capabilities (capability, position, reputation, base_price)
    SELECT DISTINCT value, NEW.position, NEW.reputation, NEW.base_price FROM json_each(NEW.capabilities);
  UPDATE counters SET n = n + 1 WHERE name = 'agents:active';
  UPDATE counters SET n = n + NEW.online WHERE name = 'agents:online';
END;
CREATE TRIGGER agrenting_agents_update
  AFTER UPDATE OF name, description, capabilities, base_price, status, reputation, online ON agrenting_agents
  WHEN NEW.position <> OLD.position OR NEW.status <> OLD.status OR NEW.base_price <> OLD.base_price
    OR NEW.name <> OLD.name OR NEW.description <> OLD.description OR NEW.capabilities <> OLD.capabilities
BEGIN
  DELETE FROM agrenting_agents_text WHERE rowid = OLD.position;
  DELETE FROM agrenting_agent_capabilities
    WHERE capability IN (SELECT value FROM json_each(OLD.capabilities)) AND position = OLD.position;
  INSERT INTO agrenting_agents_text (rowid, name, description, capabilities)
    SELECT NEW.position, NEW.name, NEW.description, NEW.capabilities WHERE NEW.status = 'active';
  INSERT INTO agrenting_agent_capabilities (capability, position, reputation, base_price)
    SELECT DISTINCT value, NEW.position, NEW.reputation, NEW.base_price FROM json_each(NEW.capabilities)
    WHERE NEW.status = 'active';
  UPDATE counters SET n = n + (NEW.status = 'active') - (OLD.status = 'active') WHERE name = 'agents:active';
  UPDATE counters SET n = n + (NEW.status = 'active' AND NEW.online) - (OLD.status = 'active' AND OLD.online)
    WHERE name = 'agents:online';
END;
`;
