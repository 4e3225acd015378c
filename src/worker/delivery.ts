import { type ErrorFacts, toFacts } from '../errors.js';
import { log } from '../log.js';
import { api } from '../marketplaces/agrenting/api.js';
import { artifactUpload } from '../marketplaces/agrenting/contract/hirings.js';
import type { ApiClient } from '../marketplaces/api-client.js';
import type { Artifact } from './artifacts.js';
import type { Clock } from './clock.js';
import type { Passing } from './failpoints.js';
import type { Work, WorkerJournal } from './journal.js';
import { failure, type Outcome, readOutcome } from './outcome.js';
import { readHiring, type Standing, standingOf } from './standing.js';

/** How a delivery ended. */
export type Delivered =
  | { readonly kind: 'delivered' | 'failed' | 'dropped'; readonly reason: string }
  /** It is still to be delivered: by the next start, or by whoever has the right key. */
  | { readonly kind: 'left'; readonly reason: string };

export interface Courier {
  readonly api: ApiClient;
  readonly journal: WorkerJournal;
  readonly clock: Clock;
  readonly pass: Passing;
}

const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
/** Characters in one request, unless a single file has more: each request has half a minute, on a slow line too. */
const BATCH_MAX = 1_000_000;

/**
 * Delivers what a hiring came to: the same bytes under the same keys, until the marketplace has answered for good or the
 * deadline is over. A repeat of something that arrived is answered with the first answer, so it happens once.
 */
export class Delivery {
  #outcome: Outcome;

  /** @param waiting told when it has to be tried again. */
  constructor(
    private readonly by: Courier,
    private readonly work: Work,
    private readonly waiting: (why: ErrorFacts, waitMs: number) => void,
  ) {
    this.#outcome = readOutcome(work.outcome ?? '');
  }

  /** @param signal leaves it for later. */
  async run(signal: AbortSignal): Promise<Delivered> {
    for (let round = 0; !signal.aborted; round += 1) {
      if (this.#isLate()) return await this.#afterTheDeadline(signal);
      const facts = await this.#attempt(signal);
      if (facts === undefined) return await this.#settle(this.#outcome.kind === 'result' ? 'completed' : 'failed');
      if (signal.aborted) break;
      const ended = await this.#judge(facts, signal);
      if (ended) return ended;
      const wait = this.#waitAfter(facts, round);
      this.waiting(facts, wait);
      await this.by.clock.sleep(wait, signal);
    }
    return { kind: 'left', reason: 'the worker was stopped' };
  }

  /** Why the marketplace did not take it; undefined when it did. */
  async #attempt(signal: AbortSignal): Promise<ErrorFacts | undefined> {
    try {
      await this.#send(signal);
      this.by.pass('W8');
      return undefined;
    } catch (error) {
      const facts = toFacts(error);
      if (facts.code === 'INTERNAL') log('error', `hiring ${this.work.hiring_id} could not be delivered`, error);
      return facts;
    }
  }

  /** Files first, then the result, which completes the hiring. Keys are not shared between routes. */
  async #send(signal: AbortSignal): Promise<void> {
    const { api: client, journal, pass } = this.by;
    const { key } = this.work;
    const params = { id: this.work.hiring_id };
    pass('W6');
    if (this.#outcome.kind === 'failure') {
      const body = { reason: this.#outcome.reason };
      await client.call(api.reportFailure, { params, body }, { key: `${key}.failure`, signal });
      return;
    }
    for (const [index, artifacts] of inBatches(await filesOf(journal, key)).entries()) {
      const keyed = { key: `${key}.files-${index + 1}`, signal };
      await client.call(api.addHiringArtifacts, { params, body: { artifacts } }, keyed);
    }
    pass('W7');
    const body = { output: this.#outcome.output };
    await client.call(api.submitResult, { params, body }, { key: `${key}.result`, signal });
  }

  /** What an answer that is no success means: the end, or undefined when it is to be tried again. */
  async #judge({ code }: ErrorFacts, signal: AbortSignal): Promise<Delivered | undefined> {
    const refused = code === 'NOT_FOUND' || code === 'INVALID_ARGUMENTS';
    if (!refused && code !== 'CONFLICT' && code !== 'OUTCOME_UNKNOWN') return undefined;
    const standing = await this.#look(signal);
    if (standing === 'hidden') return await this.#leave('the marketplace does not show it to this agent');
    if (standing === 'unclear' || (standing === 'open' && !refused)) return undefined;
    if (standing !== 'open') return await this.#settle(standing);
    if (this.#outcome.kind === 'failure') return await this.#drop('refused by the marketplace');
    // The hirer gets the money back at once instead of at the deadline.
    this.#outcome = failure('The marketplace did not accept the result of the work.');
    await this.by.journal.replaceOutcome(this.work.key, this.#outcome);
    return undefined;
  }

  async #look(signal: AbortSignal): Promise<Standing | 'hidden' | 'unclear'> {
    try {
      const hiring = await readHiring(this.by.api, this.work.hiring_id, signal);
      return hiring ? standingOf(hiring, this.work.dispatch) : 'hidden';
    } catch {
      return 'unclear';
    }
  }

  #isLate(): boolean {
    return this.work.deadline_at !== null && this.by.clock.now() >= Number(this.work.deadline_at);
  }

  /** Nothing is sent any more, but what was sent may have arrived. */
  async #afterTheDeadline(signal: AbortSignal): Promise<Delivered> {
    const standing = await this.#look(signal);
    if (standing === 'open') return await this.#drop('the deadline is over');
    if (standing !== 'hidden' && standing !== 'unclear') return await this.#settle(standing);
    return await this.#leave('the deadline is over, and the marketplace does not tell what became of it');
  }

  async #settle(standing: Exclude<Standing, 'open'>): Promise<Delivered> {
    const expected = this.#outcome.kind === 'result' ? 'completed' : 'failed';
    if (standing !== expected) return await this.#drop(WHY[standing]);
    const kind = standing === 'completed' ? 'delivered' : 'failed';
    await this.by.journal.settle(this.work.key, kind, null);
    this.by.pass('W9');
    return { kind, reason: this.#outcome.kind === 'failure' ? this.#outcome.reason : '' };
  }

  async #drop(reason: string): Promise<Delivered> {
    await this.by.journal.settle(this.work.key, 'dropped', reason);
    return { kind: 'dropped', reason };
  }

  async #leave(reason: string): Promise<Delivered> {
    await this.by.journal.release(this.work.key, false);
    return { kind: 'left', reason };
  }

  /** Not beyond the deadline: then it is looked at once more. */
  #waitAfter({ retryAfter = 0 }: ErrorFacts, round: number): number {
    const { deadline_at } = this.work;
    const usual = (WAITS_MS[Math.min(round, WAITS_MS.length - 1)] ?? 0) * (0.8 + 0.4 * this.by.clock.random());
    const wait = Math.round(Math.max(retryAfter * 1_000, usual));
    return deadline_at === null ? wait : Math.max(0, Math.min(wait, Number(deadline_at) - this.by.clock.now()));
  }
}

/** Why nothing was delivered, in words of ours. */
export const WHY: Readonly<Record<Exclude<Standing, 'open'>, string>> = {
  completed: 'it is completed already',
  failed: 'it has failed at the marketplace',
  cancelled: 'the hirer cancelled it',
  superseded: 'the hirer has tried it again',
};

async function filesOf(journal: WorkerJournal, key: string): Promise<Artifact[]> {
  return (await journal.files(key)).map(({ name, artifact_type, content, content_type, language }) =>
    artifactUpload.parse({
      name,
      artifact_type,
      content,
      ...(content_type === null ? {} : { content_type }),
      ...(language === null ? {} : { language }),
    }),
  );
}

/** In order, as many in one request as fit. The same files always make the same requests. */
function inBatches(files: readonly Artifact[]): Artifact[][] {
  const batches: Artifact[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (size + file.content.length > BATCH_MAX) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(file);
    size += file.content.length;
  }
  return batches;
}
