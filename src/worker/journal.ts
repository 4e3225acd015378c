import { randomUUID } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import { type OpenedDatabase, openSqlite } from '../sqlite.js';
import type { Artifact } from './artifacts.js';
import { type Outcome, outcomeText } from './outcome.js';
import { exists, HERE } from './process-tree.js';
import {
  type HiringRow,
  type HiringState,
  isOpen,
  OPEN_STATES,
  type WorkerTables,
  workerMigrations,
} from './schema.js';

export type Work = Selectable<HiringRow>;

/** How long a hiring belongs to a worker that is not heard of. */
export const LEASE_MS = 30_000;
const KEPT_MS = 30 * 24 * 3_600_000;

/** What identifies one piece of work, and what is worth knowing of it when the marketplace is away. */
export interface NewWork {
  readonly hiringId: string;
  readonly dispatch: string;
  /** 10^-8 USD. */
  readonly price: bigint;
  readonly deadlineAt: number | undefined;
}

/**
 * What was taken and what became of it, in one SQLite file that all workers of a user share. A hiring belongs to one
 * worker at a time, and every change of it says so in its condition: who has lost it changes nothing any more.
 */
export class WorkerJournal {
  private constructor(
    private readonly database: OpenedDatabase<WorkerTables>,
    private readonly origin: string,
    private readonly now: () => number,
    /** Who we are: where process ids mean something, ours, and a word that no other worker of this process has. */
    private readonly me: string,
  ) {}

  /** @param origin the marketplace whose hirings these are. @throws when the file cannot be opened. */
  static open(file: string, origin: string, now: () => number): WorkerJournal {
    return WorkerJournal.over(openSqlite<WorkerTables>(file, workerMigrations), origin, now);
  }

  /** A journal over a database that is open already, as a second worker in the same process would have it. */
  static over(database: OpenedDatabase<WorkerTables>, origin: string, now: () => number): WorkerJournal {
    return new WorkerJournal(database, origin, now, [HERE, process.pid, randomUUID().slice(0, 8)].join('|'));
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  /** Forgets what was over long ago. */
  async prune(): Promise<void> {
    const before = BigInt(this.now() - KEPT_MS);
    const over: HiringState[] = ['delivered', 'failed', 'dropped'];
    await this.db.deleteFrom('hirings').where('state', 'in', over).where('updated_at', '<', before).execute();
  }

  /** The newest entry of a hiring. */
  async latest(hiringId: string): Promise<Work | undefined> {
    return await this.db
      .selectFrom('hirings')
      .selectAll()
      .where('origin', '=', this.origin)
      .where('hiring_id', '=', hiringId)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** What is open and belongs to no living worker, oldest first. */
  async ownerless(): Promise<Work[]> {
    const open = await this.db
      .selectFrom('hirings')
      .selectAll()
      .where('origin', '=', this.origin)
      .where('state', 'in', OPEN_STATES)
      .orderBy('created_at')
      .execute();
    return open.filter((work) => this.isFree(work));
  }

  /** Whether nobody has it. A worker whose process is gone has nothing, whatever its lease says. */
  isFree({ owner, lease_until }: Work): boolean {
    if (owner === null || lease_until <= BigInt(this.now())) return true;
    const [here, pid] = owner.split('|');
    return here === HERE && !exists(Number(pid));
  }

  /**
   * Makes a piece of work ours: a new one, or one that nobody has any more.
   * @returns undefined when somebody has it or it is over.
   */
  async claim(wanted: NewWork): Promise<Work | undefined> {
    return await this.db.transaction().execute(async (tx) => {
      const known = await tx
        .selectFrom('hirings')
        .selectAll()
        .where('origin', '=', this.origin)
        .where('hiring_id', '=', wanted.hiringId)
        .where('dispatch', '=', wanted.dispatch)
        .executeTakeFirst();
      return known ? await this.takeOver(tx, known) : await this.insert(tx, wanted);
    });
  }

  /** The same for an entry that is known. */
  async reclaim(key: string): Promise<Work | undefined> {
    return await this.db.transaction().execute(async (tx) => {
      const known = await tx.selectFrom('hirings').selectAll().where('key', '=', key).executeTakeFirst();
      return known && (await this.takeOver(tx, known));
    });
  }

  private async insert(tx: Transaction<WorkerTables>, wanted: NewWork): Promise<Work> {
    const now = BigInt(this.now());
    return await tx
      .insertInto('hirings')
      .values({
        key: `hw-${randomUUID()}`,
        origin: this.origin,
        hiring_id: wanted.hiringId,
        dispatch: wanted.dispatch,
        state: 'taken',
        price: wanted.price,
        deadline_at: wanted.deadlineAt === undefined ? null : BigInt(wanted.deadlineAt),
        runs: 0n,
        ...this.ours(),
        run: null,
        pid: null,
        outcome: null,
        reason: null,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** The run that an earlier owner began stays written down: it has to be ended before another one begins. */
  private async takeOver(tx: Transaction<WorkerTables>, known: Work): Promise<Work | undefined> {
    if (!isOpen(known) || !this.isFree(known)) return undefined;
    return await tx
      .updateTable('hirings')
      .set(this.ours())
      .where('key', '=', known.key)
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  private ours() {
    return { owner: this.me, lease_until: BigInt(this.now() + LEASE_MS) };
  }

  /** Keeps what is ours. @returns what is not ours any more. */
  async renew(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    const kept = await this.db
      .updateTable('hirings')
      .set(this.ours())
      .where('key', 'in', keys)
      .where('owner', '=', this.me)
      .returning('key')
      .execute();
    return keys.filter((key) => !kept.some((row) => row.key === key));
  }

  /** Writes a run down before it begins. @returns how many there were with it; undefined when the work is not ours. */
  async begin(key: string, run: string, pid: number | null): Promise<bigint | undefined> {
    const row = await this.mine(key, ['taken', 'running'])
      .set((of) => ({
        ...this.moved('running'),
        runs: of('runs', '+', 1n),
        run,
        pid: pid === null ? null : BigInt(pid),
      }))
      .returning('runs')
      .executeTakeFirst();
    return row?.runs;
  }

  /** Writes down what it came to, with its files. From now on it is only delivered. @returns whether it was ours. */
  async finish(key: string, outcome: Outcome, files: readonly Artifact[] = []): Promise<boolean> {
    return await this.db.transaction().execute(async (tx) => {
      const row = await this.mine(key, ['taken', 'running'], tx)
        .set({ ...this.moved('finished'), run: null, pid: null, outcome: outcomeText(outcome) })
        .returning('key')
        .executeTakeFirst();
      if (!row || files.length === 0) return row !== undefined;
      const rows = files.map((file, index) => ({
        key,
        position: BigInt(index),
        name: file.name,
        artifact_type: file.artifact_type,
        content_type: file.content_type ?? null,
        language: file.language ?? null,
        content: file.content,
      }));
      await tx.insertInto('files').values(rows).execute();
      return true;
    });
  }

  /** The marketplace does not take a result: it becomes a failure, and is delivered as one. */
  async replaceOutcome(key: string, outcome: Outcome): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const row = await this.mine(key, ['finished'], tx)
        .set({ ...this.moved('finished'), outcome: outcomeText(outcome) })
        .returning('key')
        .executeTakeFirst();
      if (row) await tx.deleteFrom('files').where('key', '=', key).execute();
    });
  }

  async files(key: string): Promise<Selectable<WorkerTables['files']>[]> {
    return await this.db.selectFrom('files').selectAll().where('key', '=', key).orderBy('position').execute();
  }

  /** It is over. What was kept for the delivery is dropped. */
  async settle(key: string, state: 'delivered' | 'failed' | 'dropped', reason: string | null): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const row = await this.mine(key, OPEN_STATES, tx)
        .set({ ...this.moved(state), reason, outcome: null, run: null, pid: null, owner: null, lease_until: 0n })
        .returning('key')
        .executeTakeFirst();
      if (row) await tx.deleteFrom('files').where('key', '=', key).execute();
    });
  }

  /** Lets go of it, for the next start or another worker. A run that was stopped on purpose does not count. */
  async release(key: string, uncount: boolean): Promise<void> {
    await this.mine(key, OPEN_STATES)
      .set((of) => ({ owner: null, lease_until: 0n, ...(uncount ? { runs: of('runs', '-', 1n) } : {}) }))
      .execute();
  }

  private get db() {
    return this.database.db;
  }

  private mine(key: string, states: readonly HiringState[], db: Transaction<WorkerTables> | typeof this.db = this.db) {
    return db.updateTable('hirings').where('key', '=', key).where('owner', '=', this.me).where('state', 'in', states);
  }

  private moved(state: HiringState) {
    return { state, updated_at: BigInt(this.now()) };
  }
}
