import type { ToolContext } from '../define.js';
import { api } from './api.js';
import type { Hiring } from './contract/hirings.js';
import { type Pace, paceOf } from './pace.js';
import { pollMs, readHiring } from './tool-support.js';
import { isFinal } from './views.js';

/** Follows several hirings at once by reading, within the marketplace's rate limit whatever their number. */

export interface Watch {
  readonly ids: readonly string[];
  readonly seconds: number;
  /** Questions that are no news. */
  readonly knownQuestions: ReadonlySet<string>;
}

export interface Watched {
  /** Without `open_questions` when there was no room to read them. */
  readonly hiring: Hiring;
  /** A new status since the first look, or a question that was not known. */
  readonly changed: boolean;
}

/** Up to this many are read one by one; more are read as one page of the list, and then those that it shows as changed. */
const FEW = 3;

/**
 * Looks until one of the hirings changes, all are final, or the time is over. The result is in the order of `ids`.
 * @throws {HirewireError} NOT_FOUND with `hiring_id`; RATE_LIMITED when waits of this account left no room for a look.
 */
export async function watchHirings(context: ToolContext, watch: Watch): Promise<Watched[]> {
  const startedAt = context.now();
  const stopAt = startedAt + watch.seconds * 1_000;
  const pace = paceOf(context.api);
  const state = new WatchState(watch);
  for (let round = 0; ; round += 1) {
    // Never less than none: the first look is made however little time there was for it.
    const left = Math.max(0, stopAt - context.now());
    const interval = round === 0 ? 0 : Math.min(pollMs(round - 1) * (state.open().length > FEW ? 2 : 1), left);
    const wait = Math.max(interval, pace.untilRoom(context.now(), FEW));
    if (wait > left || (round > 0 && left <= 0)) {
      if (!state.isComplete()) throw pace.tooOften(context.now(), FEW);
      if (left > 0) await context.sleep(left);
      return state.result();
    }
    if (wait > 0) await context.sleep(wait);
    await look(context, state, pace, round);
    if (watch.seconds > 0) {
      const elapsed = Math.min(watch.seconds, (context.now() - startedAt) / 1_000);
      const final = watch.ids.length - state.open().length;
      await context.progress(elapsed, watch.seconds, `${final} of ${watch.ids.length} hirings are final.`);
    }
    if (state.isComplete() && state.hasNews()) return state.result();
  }
}

/** One look at everything that is still open, as far as the pace allows. */
async function look(context: ToolContext, state: WatchState, pace: Pace, round: number): Promise<void> {
  const open = state.open();
  const few = open.length <= FEW;
  if (!few) await lookAtList(context, state, pace);
  const unknown = open.filter((id) => !state.isKnown(id));
  const due = few ? open : [...unknown, ...open.filter((id) => state.needsDetails(id))];
  // A question may leave the list's entry as it is, so one of the others is read in turn.
  const others = open.filter((id) => state.isOpen(id) && !due.includes(id));
  const turn = others[round % others.length];
  const chosen = [...due, ...(turn === undefined ? [] : [turn])].slice(0, pace.room(context.now()));
  pace.took(context.now(), chosen.length);
  await Promise.all(
    chosen.map(async (id) => {
      const hiring = await readHiring(context, id);
      state.see(id, { ...hiring, open_questions: hiring.open_questions ?? [] });
    }),
  );
}

async function lookAtList(context: ToolContext, state: WatchState, pace: Pace): Promise<void> {
  pace.took(context.now(), 1);
  const query = { limit: 100 };
  const { hirings } = await context.api.call(api.listHirings, { query }, { signal: context.signal });
  for (const hiring of hirings) state.seeListed(hiring);
}

/** What is known of each hiring. */
class WatchState {
  private readonly latest = new Map<string, Hiring>();
  private readonly firstStatus = new Map<string, string>();

  constructor(private readonly watch: Watch) {}

  isKnown(id: string): boolean {
    return this.latest.has(id);
  }

  isComplete(): boolean {
    return this.watch.ids.every((id) => this.isKnown(id));
  }

  isOpen(id: string): boolean {
    const hiring = this.latest.get(id);
    return !(hiring && isFinal(hiring));
  }

  open(): string[] {
    return this.watch.ids.filter((id) => this.isOpen(id));
  }

  /** Where the list shows no questions, what it shows as new or changed has to be read. */
  needsDetails(id: string): boolean {
    const hiring = this.latest.get(id);
    return hiring !== undefined && !isFinal(hiring) && hiring.open_questions === undefined;
  }

  see(id: string, hiring: Hiring): void {
    this.latest.set(id, hiring);
    if (!this.firstStatus.has(id)) this.firstStatus.set(id, hiring.status);
  }

  seeListed(hiring: Hiring): void {
    const { id } = hiring;
    if (!this.watch.ids.includes(id) || !this.isOpen(id)) return;
    const before = this.latest.get(id);
    const same = before?.status === hiring.status && before.updated_at === hiring.updated_at;
    if (!same || hiring.open_questions) this.see(id, hiring);
  }

  hasNews(): boolean {
    return this.open().length === 0 || this.result().some(({ changed }) => changed);
  }

  result(): Watched[] {
    return this.watch.ids.flatMap((id) => {
      const hiring = this.latest.get(id);
      return hiring ? [{ hiring, changed: this.isChanged(id, hiring) }] : [];
    });
  }

  private isChanged(id: string, hiring: Hiring): boolean {
    if (this.firstStatus.get(id) !== hiring.status) return true;
    // Nobody can answer any more once it is final.
    const questions = isFinal(hiring) ? [] : (hiring.open_questions ?? []);
    return questions.some(({ question_id }) => !this.watch.knownQuestions.has(question_id));
  }
}
