import type { Selectable } from 'kysely';
import { HirewireError } from '../errors.js';
import type { OpenedDatabase } from '../sqlite.js';
import { journalUnavailable } from './refusals.js';
import type { ConfirmationRow, JournalTables } from './schema.js';

export type Confirmation = Selectable<ConfirmationRow>;
export type JournalDb = OpenedDatabase<JournalTables>['db'];

const KEEP_CONFIRMATIONS_MS = 30 * 24 * 3_600_000;
const MAX_FAILURES = 5n;

/** The journal's half that holds what was asked, and what was answered. Whatever the file refuses is one clear error. */
export class ConfirmationStore {
  protected constructor(
    protected readonly database: OpenedDatabase<JournalTables>,
    protected readonly now: () => number,
  ) {}

  /** @throws {HirewireError} JOURNAL_UNAVAILABLE when the file is locked, full, damaged or gone. */
  protected async run<T>(work: (db: JournalDb) => Promise<T>): Promise<T> {
    try {
      return await work(this.database.db);
    } catch (error) {
      throw error instanceof HirewireError ? error : journalUnavailable(error);
    }
  }

  async addConfirmation(
    row: Pick<Confirmation, 'id' | 'token_hash' | 'digest' | 'tool' | 'binding' | 'sentence'> & { ttlMs: number },
  ): Promise<Confirmation> {
    const now = this.now();
    const { ttlMs, ...facts } = row;
    return await this.run(async (db) => {
      await db
        .deleteFrom('confirmations')
        .where('expires_at', '<', BigInt(now - KEEP_CONFIRMATIONS_MS))
        .execute();
      return await db
        .insertInto('confirmations')
        .values({
          ...facts,
          created_at: BigInt(now),
          expires_at: BigInt(now + ttlMs),
          approved_via: null,
          used_by: null,
          failures: 0n,
          burnt: 0n,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    });
  }

  async confirmationByToken(tokenHash: string): Promise<Confirmation | undefined> {
    return await this.run((db) =>
      db.selectFrom('confirmations').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst(),
    );
  }

  async confirmation(id: string): Promise<Confirmation | undefined> {
    return await this.run((db) => db.selectFrom('confirmations').selectAll().where('id', '=', id).executeTakeFirst());
  }

  /** A confirmation for this digest that a person has approved and nothing has used yet. */
  async approved(digest: string): Promise<Confirmation | undefined> {
    return await this.run((db) =>
      open(db, this.now())
        .where('digest', '=', digest)
        .where('approved_via', 'is not', null)
        .orderBy('created_at', 'desc')
        .executeTakeFirst(),
    );
  }

  /** Confirmations that wait for somebody, newest first. */
  async waiting(): Promise<Confirmation[]> {
    return await this.run((db) => open(db, this.now()).orderBy('created_at', 'desc').limit(100).execute());
  }

  /** A person agreed. @returns false when it can no longer be approved. */
  async approve(id: string, via: 'elicitation' | 'approve_command'): Promise<boolean> {
    const row = await this.run((db) =>
      db
        .updateTable('confirmations')
        .set({ approved_via: via })
        .where('id', '=', id)
        .where('used_by', 'is', null)
        .where('burnt', '=', 0n)
        .where('expires_at', '>', BigInt(this.now()))
        .returning('id')
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  /** A person declined: it can never be used. */
  async burn(id: string): Promise<void> {
    await this.run((db) =>
      db.updateTable('confirmations').set({ burnt: 1n }).where('id', '=', id).where('used_by', 'is', null).execute(),
    );
  }

  /** A token was presented for something else. After five such tries it is burnt. */
  async misused(id: string): Promise<void> {
    await this.run((db) =>
      db
        .updateTable('confirmations')
        .set((row) => ({
          failures: row('failures', '+', 1n),
          burnt: row
            .case()
            .when(row.and([row('failures', '>=', MAX_FAILURES - 1n), row('used_by', 'is', null)]))
            .then(1n)
            .else(row.ref('burnt'))
            .end(),
        }))
        .where('id', '=', id)
        .execute(),
    );
  }
}

const open = (db: JournalDb, now: number) =>
  db
    .selectFrom('confirmations')
    .selectAll()
    .where('expires_at', '>', BigInt(now))
    .where('used_by', 'is', null)
    .where('burnt', '=', 0n);
