import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import { NewerFileError, openSqlite } from '../../sqlite.js';
import { audit } from '../domain/ledger.js';
import { type ChainFinding, type ChainHead, checkChain } from './audit-chain.js';
import type { OpenedDatabase } from './database.js';
import { migrations } from './migrations.js';
import type { AuditRow } from './operate-schema.js';
import type { Database, Db } from './schema.js';

/** Looks into a database file from outside: whether it is one of ours, whole, and as its own records say. */

/** What is wrong with a file, in a sentence for the person who named it. */
export class FileProblem extends Error {
  override name = 'FileProblem';
}

/**
 * Opens a marketplace's file as it is, for reading: nothing is created or brought up to date. It may be in use.
 * @throws {FileProblem} when there is none, or it is something else.
 */
export async function openForInspection(file: string): Promise<OpenedDatabase> {
  if (!existsSync(file)) throw new FileProblem(`There is no file at ${file}.`);
  const opened = open(file);
  const { rows } = await sql<{ n: bigint }>`
    SELECT count(*) AS n FROM sqlite_master WHERE name IN ('transfers', 'credentials', 'h2a_tasks')`.execute(opened.db);
  if (rows[0]?.n === 3n) return opened;
  await opened.close();
  throw new FileProblem(`${file} is not the database of a reference marketplace.`);
}

function open(file: string): OpenedDatabase {
  try {
    return openSqlite<Database>(file, []);
  } catch (error) {
    throw new FileProblem(`${file} is not a database, or it cannot be read.`, { cause: error });
  }
}

/**
 * Walks the audit log. Besides the chain itself, the rules that keep it append-only must still be there.
 * @param kept a head that was written down earlier.
 */
export async function checkAudit(db: Db, kept?: ChainHead): Promise<ChainFinding> {
  const guards = await sql<{ n: bigint }>`
    SELECT count(*) AS n FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit!_%' ESCAPE '!'`.execute(db);
  if (guards.rows[0]?.n !== GUARDS) {
    return { ok: false, seq: 0n, problem: 'the rules of the database that keep it append-only are missing' };
  }
  const head = await db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirst();
  if (!head) return { ok: false, seq: 0n, problem: 'its head is missing' };
  return await checkChain(rowsOf(db), head, kept);
}

/** How many triggers audit-migration.ts makes. */
const GUARDS = 6n;
const PAGE = 1_000;

async function* rowsOf(db: Db): AsyncGenerator<AuditRow> {
  let after = -9_223_372_036_854_775_807n;
  for (;;) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.seq;
  }
}

/** @throws {FileProblem} when a backup is damaged, from a newer version, or does not add up. */
export async function checkWhole(opened: OpenedDatabase): Promise<void> {
  const { db } = opened;
  const names = migrations.map(({ name }) => name);
  const applied = await sql<{ name: string }>`SELECT name FROM migrations`.execute(db);
  if (applied.rows.some(({ name }) => !names.includes(name))) throw new FileProblem(new NewerFileError().message);
  const found = await sql<{ integrity_check: string }>`PRAGMA integrity_check(1)`.execute(db);
  if (found.rows[0]?.integrity_check !== 'ok') throw new FileProblem('The file is damaged.');
  const { sums, escrowGap, negative } = await audit(db);
  const zero = Object.values(sums).every((sum) => sum === 0n);
  if (!zero || escrowGap !== 0n || negative !== 0n) throw new FileProblem('Its ledger does not add up.');
  // A file from before the audit log has none.
  if (!applied.rows.some(({ name }) => name === AUDIT_MIGRATION)) return;
  const chain = await checkAudit(db);
  if (!chain.ok) throw new FileProblem(`Its audit log was tampered with at row ${chain.seq}: ${chain.problem}.`);
}

const AUDIT_MIGRATION = '004-audit';
