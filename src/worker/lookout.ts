import { api } from '../marketplaces/agrenting/api.js';
import { parseAmount } from '../money.js';
import type { Assignment, Manner, Settled } from './assignment.js';
import { WHY } from './delivery.js';
import type { Work } from './journal.js';
import { isOpen } from './schema.js';
import { dispatchOf, isOpenStatus, readHiring, standingOf } from './standing.js';
import { deadlineOf, type PendingHiring, priceOf } from './task.js';

/** What a look needs of the worker. */
export interface Desk {
  /** The assignment of a hiring, if there is one. */
  assignment(hiringId: string): Assignment | undefined;
  working(): readonly Assignment[];
  /** How many more may be begun. */
  room(): number;
  begin(work: Work, how: (assignment: Assignment) => Promise<Settled>): void;
}

/** Work that is not to be done now is looked at again after this time: the hirer may have tried it again. */
const ASIDE_MS = 60_000;
/** A list of this length may not be all there is. */
const PENDING_MAX = 100;

/** Compares what waits at the marketplace with what the journal and the worker have, and acts on the difference. */
export class Lookout {
  readonly #aside = new Map<string, number>();

  constructor(
    private readonly by: Manner,
    private readonly desk: Desk,
    private readonly signal: AbortSignal,
  ) {}

  /** @param take whether new work may be begun. @throws {HirewireError} when the marketplace cannot be read. */
  async look(take: boolean): Promise<void> {
    const listed = await this.by.api.call(api.pendingHirings, {}, { signal: this.signal });
    const pending = new Map(listed.filter(({ status }) => isOpenStatus(status)).map((item) => [item.id, item]));
    for (const [id, until] of this.#aside) if (until <= this.by.clock.now()) this.#aside.delete(id);
    await this.#stopWhatEnded(pending);
    await this.#takeUp(pending);
    if (take) await this.#takeNew(pending);
  }

  /** Not to be looked at for a while. */
  setAside(hiringId: string): void {
    this.#aside.set(hiringId, this.by.clock.now() + ASIDE_MS);
  }

  /** Running work that is not listed any more, or listed with another deadline, is read: it may be over, or over and begun anew. */
  async #stopWhatEnded(pending: ReadonlyMap<string, PendingHiring>): Promise<void> {
    for (const assignment of this.desk.working()) {
      const { hiring_id, dispatch, deadline_at } = assignment.work;
      const item = pending.get(hiring_id);
      if (item && (deadlineOf(item.deadline_at) ?? null) === (deadline_at === null ? null : Number(deadline_at)))
        continue;
      const hiring = await readHiring(this.by.api, hiring_id, this.signal);
      const standing = hiring && standingOf(hiring, dispatch);
      if (standing === 'open' || (standing === undefined && item)) continue;
      const reason = standing === undefined ? 'the marketplace does not show it any more' : WHY[standing];
      assignment.stop({ kind: 'dropped', reason });
    }
  }

  /** What an earlier worker finished is delivered; what it left and is over at the marketplace is closed. */
  async #takeUp(pending: ReadonlyMap<string, PendingHiring>): Promise<void> {
    const { journal } = this.by;
    for (const work of await journal.ownerless()) {
      const id = work.hiring_id;
      if (this.desk.assignment(id) || this.#aside.has(id)) continue;
      if (work.state === 'finished') {
        const ours = await journal.reclaim(work.key);
        if (ours) this.desk.begin(ours, (assignment) => assignment.deliver());
      } else if (!pending.has(id) && pending.size < PENDING_MAX) {
        const hiring = await readHiring(this.by.api, id, this.signal);
        const standing = hiring && standingOf(hiring, work.dispatch);
        if (standing === undefined) this.setAside(id);
        else if (standing !== 'open') await this.#close(work, WHY[standing]);
      }
    }
  }

  async #takeNew(pending: ReadonlyMap<string, PendingHiring>): Promise<void> {
    for (const item of pending.values()) {
      if (this.desk.room() <= 0) return;
      if (!this.desk.assignment(item.id) && !this.#aside.has(item.id)) await this.#takeOne(item);
    }
  }

  async #takeOne(item: PendingHiring): Promise<void> {
    const { journal, clock } = this.by;
    const known = await journal.latest(item.id);
    const open = known !== undefined && isOpen(known);
    if (open && !journal.isFree(known)) return;
    const deadlineAt = deadlineOf(item.deadline_at);
    const hiring = await readHiring(this.by.api, item.id, this.signal);
    const ended = hiring !== undefined && standingOf(hiring, '') !== 'open';
    if (ended || (deadlineAt !== undefined && deadlineAt <= clock.now())) return this.setAside(item.id);
    // A marketplace that does not show the attempt has one attempt.
    const dispatch = dispatchOf(hiring) || known?.dispatch || '';
    if (open && known.dispatch !== dispatch) return await this.#close(known, WHY.superseded);
    this.by.pass('W0');
    const price = parseAmount(priceOf(item.price) || '0');
    const work = await journal.claim({ hiringId: item.id, dispatch, price, deadlineAt });
    // Over already, as far as the journal knows; or another worker was quicker.
    if (!work) return this.setAside(item.id);
    this.desk.begin(work, (assignment) =>
      work.state === 'finished' ? assignment.deliver() : assignment.perform(item, hiring),
    );
  }

  async #close(work: Work, reason: string): Promise<void> {
    const ours = await this.by.journal.reclaim(work.key);
    if (ours) this.desk.begin(ours, (assignment) => assignment.drop(reason));
  }
}
