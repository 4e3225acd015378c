import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import Libsql from 'libsql';

/** SQLite files as both the backend and the journal need them: durable, typed, and safe to share between processes. */

/** Told how each transaction ended, before anybody else gets the connection. Must not throw. */
export interface TransactionHooks {
  committed(): void;
  rolledBack(): void;
}

/** Kysely's SQLite driver, except that a transaction takes the write lock at once: two processes may share the file. */
class ImmediateDriver extends SqliteDriver {
  readonly #hooks: TransactionHooks | undefined;
  constructor(config: ConstructorParameters<typeof SqliteDriver>[0], hooks: TransactionHooks | undefined) {
    super(config);
    this.#hooks = hooks;
  }
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.#hooks?.committed();
  }
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#hooks?.rolledBack();
    await super.rollbackTransaction(connection);
  }
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: ConstructorParameters<typeof SqliteDialect>[0];
  readonly #hooks: TransactionHooks | undefined;
  constructor(config: ConstructorParameters<typeof SqliteDialect>[0], hooks: TransactionHooks | undefined) {
    super(config);
    this.#config = config;
    this.#hooks = hooks;
  }
  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#hooks);
  }
}

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export interface OpenedDatabase<Tables> {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
  /** An online copy of the whole database into a new file. */
  backup(file: string): void;
}

const KEPT_STATEMENTS = 500;

/**
 * Opens (and creates, and migrates) a database file, or ":memory:".
 * WAL with synchronous=FULL: a committed transaction survives the death of the process, and of the machine as far as
 * its disk keeps its word. Integers come back as bigint.
 * @param migrations none at all opens a file as it is, whoever wrote it.
 * @throws when the file was written by a newer version: nothing is changed then.
 */
export function openSqlite<Tables>(
  file: string,
  migrations: readonly Migration[],
  hooks?: TransactionHooks,
): OpenedDatabase<Tables> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const raw = new Libsql(file, { timeout: 5_000 });
  raw.defaultSafeIntegers(true);
  for (const pragma of ['synchronous = FULL', 'foreign_keys = ON', 'temp_store = MEMORY']) raw.exec(`PRAGMA ${pragma}`);
  if (migrations.length > 0) {
    raw.exec('PRAGMA journal_mode = WAL');
    migrate(raw, migrations);
  }
  const statements = new Map<string, SqliteStatement>();
  const dialect = new ImmediateDialect(
    {
      database: {
        close: () => {
          statements.clear();
          raw.close();
        },
        // The set of statements is small and closed (values are always parameters), so each is compiled once.
        prepare: (sql) => {
          const known = statements.get(sql);
          if (known) return known;
          const statement = raw.prepare(sql);
          if (statements.size < KEPT_STATEMENTS) statements.set(sql, statement);
          return statement;
        },
      },
    },
    hooks,
  );
  const db = new Kysely<Tables>({ dialect });
  return {
    db,
    close: () => db.destroy(),
    backup: (target) => {
      raw.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
    },
  };
}

/** The file was written by a newer Hirewire. */
export class NewerFileError extends Error {
  override name = 'NewerFileError';
  constructor() {
    super(
      'The database was written by a newer Hirewire. Nothing was changed: use that version, or a copy from before it.',
    );
  }
}

/** Runs each migration that the file has not seen, in order, each in its own transaction. */
function migrate(raw: InstanceType<typeof Libsql>, migrations: readonly Migration[]): void {
  raw.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT');
  refuseNewer(raw, migrations);
  for (const { name, sql } of migrations) {
    raw.exec('BEGIN IMMEDIATE');
    try {
      const done = raw.prepare('SELECT 1 FROM migrations WHERE name = ?').get(name);
      if (!done) {
        raw.exec(sql);
        raw.prepare('INSERT INTO migrations (name, at) VALUES (?, ?)').run(name, new Date().toISOString());
      }
      raw.exec('COMMIT');
    } catch (error) {
      raw.exec('ROLLBACK');
      throw new Error(`The database could not be brought up to date (${name}).`, { cause: error });
    }
  }
}

/** A file that knows of changes we do not know has another shape than we expect, and there is no way back. */
function refuseNewer(raw: InstanceType<typeof Libsql>, migrations: readonly Migration[]): void {
  const known = JSON.stringify(migrations.map(({ name }) => name));
  const unknown: unknown = raw
    .prepare('SELECT name FROM migrations WHERE name NOT IN (SELECT value FROM json_each(?)) LIMIT 1')
    .get(known);
  if (unknown === undefined || unknown === null) return;
  raw.close();
  throw new NewerFileError();
}
