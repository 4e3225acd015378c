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
`,
};
