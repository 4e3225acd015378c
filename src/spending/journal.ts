import type { Selectable } from 'kysely';
import { type OpenedDatabase, openSqlite } from '../sqlite.js';
import { type Confirmation, ConfirmationStore, type JournalDb } from './confirmations.js';
import { checkDay, type SpendingPolicy } from './policy.js';
import { burnt, expired, journalUnavailable, possibleDuplicate, usedElsewhere } from './refusals.js';
import {
  type JournalTables,
  journalMigrations,
  OPEN_STATES,
  type OperationRow,
  type OperationState,
} from './schema.js';

export type Operation = Selectable<OperationRow>;
export type { Confirmation };

const DAY_MS = 24 * 3_600_000;
/** A request whose sender has given up is certain to have arrived, or to be lost, after this time. */
export const QUIET_MS = 2 * 60_000;

export type NewOperation = Omit<
  OperationRow,
  'state' | 'attempts' | 'result' | 'error_code' | 'created_at' | 'updated_at'
>;

/** What must hold in the moment in which an operation is written down. */
export interface Conditions {
  readonly policy: SpendingPolicy;
  /** Used up by this operation. */
  readonly confirmation?: string | undefined;
  /** Without a key of its own, a call is taken for a repeat of its open twin, and refused after one done since then. */
  readonly twinsSince?: number | undefined;
}

/**
 * What was agreed and what became of it, in one SQLite file that all bridges of a user share. An operation is on disk
 * as `prepared` before its first byte is sent, so that a crash at any point leaves either nothing or a key to go on with.
 */
export class Journal extends ConfirmationStore {
  /** @throws {HirewireError} JOURNAL_UNAVAILABLE. */
  static open(file: string, now: () => number): Journal {
    try {
      return new Journal(openSqlite<JournalTables>(file, journalMigrations), now);
    } catch (error) {
      throw journalUnavailable(error);
    }
  }

  /** A journal over a database that is open already, as a second bridge in the same process would see it. */
  static over(database: OpenedDatabase<JournalTables>, now: () => number): Journal {
    return new Journal(database, now);
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  async byKey(key: string): Promise<Operation | undefined> {
    return await this.run((db) => operationOf(db, key));
  }

  /** The operation with this digest whose outcome is still open, if there is one. */
  async unresolved(digest: string): Promise<Operation | undefined> {
    return await this.run((db) => openTwin(db, digest));
  }

  /** A finished operation with this digest since `since` (milliseconds). */
  async finishedTwin(digest: string, since: number): Promise<Operation | undefined> {
    return await this.run((db) => doneTwin(db, digest, since));
  }

  /** Whose an effect is that reading found: there may be other operations that it cannot be told apart from. */
  async ownerOf(operation: Operation): Promise<'this one' | 'another one' | 'unclear'> {
    const others = await this.run((db) =>
      db
        .selectFrom('operations')
        .select('state')
        .where('digest', '=', operation.digest)
        .where('key', '<>', operation.key)
        .where('state', '<>', 'refused')
        .execute(),
    );
    if (others.length === 0) return 'this one';
    return others.some(({ state }) => state === 'done') ? 'another one' : 'unclear';
  }

  /** Every operation whose outcome is still open, oldest first. */
  async unsettled(): Promise<Operation[]> {
    return await this.run((db) =>
      db.selectFrom('operations').selectAll().where('state', 'in', OPEN_STATES).orderBy('created_at').execute(),
    );
  }

  async recent(limit: number): Promise<Operation[]> {
    return await this.run((db) =>
      db.selectFrom('operations').selectAll().orderBy('created_at', 'desc').limit(limit).execute(),
    );
  }

  /** What was committed in the last 24 hours in a currency, whatever bridge did it. 10^-8 units. */
  async spentToday(currency: string): Promise<bigint> {
    return await this.run((db) => spent(db, currency, this.now()));
  }

  /**
   * Writes an operation down before it is sent. Twins, the day's limit and the confirmation are looked at in the same
   * transaction, so that two calls, or two bridges, cannot pass the same gap.
   * @returns the operation, or the one that already has this key, or the open twin of a call without a key.
   * @throws {HirewireError} POSSIBLE_DUPLICATE, LIMIT_EXCEEDED, or why the confirmation cannot be used.
   */
  async prepare(wanted: NewOperation, conditions: Conditions): Promise<Operation> {
    const { policy, confirmation, twinsSince } = conditions;
    const now = BigInt(this.now());
    return await this.run((db) =>
      db.transaction().execute(async (tx) => {
        const earlier = await operationOf(tx, wanted.key);
        if (earlier) return earlier;
        if (twinsSince !== undefined) {
          const open = await openTwin(tx, wanted.digest);
          if (open) return open;
          const twin = await doneTwin(tx, wanted.digest, twinsSince);
          if (twin) throw possibleDuplicate(twin);
        }
        if (wanted.spends === 1n) {
          const total = await spent(tx, wanted.currency, Number(now));
          checkDay(policy, { units: wanted.amount, currency: wanted.currency }, total);
        }
        if (confirmation !== undefined) await useUp(tx, confirmation, wanted.key, now);
        return await tx
          .insertInto('operations')
          .values({
            ...wanted,
            state: 'prepared',
            attempts: 0n,
            result: null,
            error_code: null,
            created_at: now,
            updated_at: now,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      }),
    );
  }

  /** Notes, before the first byte leaves, that an attempt begins. @returns its number; undefined once it is settled. */
  async begin(key: string): Promise<bigint | undefined> {
    const now = BigInt(this.now());
    return await this.run((db) =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('operations')
          .set((of) => ({ state: 'sent', attempts: of('attempts', '+', 1n), updated_at: now }))
          .where('key', '=', key)
          .where('state', 'in', OPEN_STATES)
          .returning('key')
          .executeTakeFirst();
        if (!row) return undefined;
        const attempt = await tx
          .insertInto('attempts')
          .values({ key, started_at: now, answered: 0n })
          .returning('id')
          .executeTakeFirstOrThrow();
        return attempt.id;
      }),
    );
  }

  /**
   * Notes that an attempt was answered with a refusal. That settles the operation only when no other attempt can have
   * had its effect: none is unanswered, or the marketplace has looked the key up and nothing is on its way any more.
   * @returns whether it is refused now; if not, its outcome stays open.
   */
  async refuse(
    key: string,
    attempt: bigint | undefined,
    refusal: { readonly code: string; readonly keyLookedUp: boolean },
  ): Promise<boolean> {
    const now = BigInt(this.now());
    return await this.run((db) =>
      db.transaction().execute(async (tx) => {
        if (attempt !== undefined) {
          await tx.updateTable('attempts').set({ answered: 1n }).where('id', '=', attempt).execute();
        }
        const other = await tx
          .selectFrom('attempts')
          .select('started_at')
          .where('key', '=', key)
          .where('answered', '=', 0n)
          .orderBy('started_at', 'desc')
          .executeTakeFirst();
        const proven = !other || (refusal.keyLookedUp && other.started_at + BigInt(QUIET_MS) <= now);
        const row = await settle(tx, key, proven ? 'refused' : 'unknown', now, { errorCode: refusal.code });
        return proven && row !== undefined;
      }),
    );
  }

  /** The answer was lost: the outcome is open. */
  async lost(key: string, code: string): Promise<void> {
    await this.run((db) => settle(db, key, 'unknown', BigInt(this.now()), { errorCode: code }));
  }

  /** It happened. Nothing is changed when it was settled before. */
  async done(key: string, result: unknown): Promise<void> {
    await this.run((db) => settle(db, key, 'done', BigInt(this.now()), { result: JSON.stringify(result) ?? null }));
  }
}

async function settle(
  db: JournalDb,
  key: string,
  state: OperationState,
  now: bigint,
  facts: { result?: string; errorCode?: string },
): Promise<{ key: string } | undefined> {
  return await db
    .updateTable('operations')
    .set({
      state,
      updated_at: now,
      error_code: facts.errorCode ?? null,
      ...(facts.result === undefined ? {} : { result: facts.result }),
      // The arguments are dropped once they are not needed.
      ...(state === 'unknown' ? {} : { args: null }),
    })
    .where('key', '=', key)
    .where('state', 'in', OPEN_STATES)
    .returning('key')
    .executeTakeFirst();
}

const operationOf = (db: JournalDb, key: string): Promise<Operation | undefined> =>
  db.selectFrom('operations').selectAll().where('key', '=', key).executeTakeFirst();

const openTwin = (db: JournalDb, digest: string): Promise<Operation | undefined> =>
  db
    .selectFrom('operations')
    .selectAll()
    .where('digest', '=', digest)
    .where('state', 'in', OPEN_STATES)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();

const doneTwin = (db: JournalDb, digest: string, since: number): Promise<Operation | undefined> =>
  db
    .selectFrom('operations')
    .selectAll()
    .where('digest', '=', digest)
    .where('state', '=', 'done')
    .where('updated_at', '>=', BigInt(since))
    .orderBy('updated_at', 'desc')
    .executeTakeFirst();

async function useUp(tx: JournalDb, id: string, key: string, now: bigint): Promise<void> {
  const used = await tx
    .updateTable('confirmations')
    .set({ used_by: key })
    .where('id', '=', id)
    .where('used_by', 'is', null)
    .where('burnt', '=', 0n)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  if (used) return;
  const row = await tx.selectFrom('confirmations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row && row.used_by !== null) throw usedElsewhere();
  throw row && row.expires_at <= now ? expired() : burnt();
}

async function spent(db: JournalDb, currency: string, now: number): Promise<bigint> {
  const row = await db
    .selectFrom('operations')
    .select(({ fn }) => fn.sum<bigint | null>('amount').as('total'))
    .where('currency', '=', currency)
    .where('spends', '=', 1n)
    .where('state', '<>', 'refused')
    .where('created_at', '>', BigInt(now - DAY_MS))
    .executeTakeFirst();
  return row?.total ?? 0n;
}
