import type { Selectable } from 'kysely';
import type { TaskStatus } from '../../marketplaces/humans2ai/contract/replies.js';
import type { TaskRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';
import { counter, offsetOf, type PageQuery } from './paging.js';

export interface TaskFilter {
  readonly status?: TaskStatus | undefined;
  readonly agentId?: string | undefined;
  readonly category?: string | undefined;
  readonly urgency?: string | undefined;
  readonly remote?: boolean | undefined;
}

/** Who is looking; nobody in particular sees what is public. */
export interface Viewer {
  readonly id: string;
  readonly admin: boolean;
}

/**
 * Tasks, newest first, and how many there are in all. Tasks that never went live are listed to their owner, and to
 * admins who ask for those under review.
 */
export async function listTasks(
  tx: Tx,
  asked: TaskFilter & PageQuery,
  viewer?: Viewer,
): Promise<{ rows: Selectable<TaskRow>[]; total: bigint }> {
  const facet = facetOf(asked, viewer);
  const rows = await taskPage(tx, facet, asked).execute();
  return { rows, total: await counter(tx, `h2a:tasks:${facet}`) };
}

/** One range of one index, then at most `limit` rows by their key. */
export function taskPage(tx: Tx, facet: string, asked: PageQuery) {
  const page = tx
    .selectFrom('h2a_task_facets')
    .select('seq')
    .where('facet', '=', facet)
    .orderBy('seq', 'desc')
    .limit(asked.limit)
    .offset(offsetOf(asked));
  return tx.selectFrom('h2a_tasks').selectAll().where('seq', 'in', page).orderBy('seq', 'desc');
}

/** The name of a combination of filters, as the triggers of the tasks table spell it. */
export function facetOf(filter: TaskFilter, viewer?: Viewer): string {
  const review = filter.status === 'pending_review';
  // Of tasks under review an owner can only mean their own.
  const agentId = filter.agentId ?? (review && viewer && !viewer.admin ? viewer.id : undefined);
  const own = viewer !== undefined && agentId === viewer.id;
  const view = own ? 'o' : review && viewer?.admin ? 'h' : 'p';
  const part = (name: string, value: string | undefined) => (value === undefined ? '' : `|${name}=${value}`);
  const remote = filter.remote === undefined ? undefined : filter.remote ? '1' : '0';
  return [
    view,
    part('s', filter.status),
    part('a', agentId),
    part('c', filter.category),
    part('u', filter.urgency),
    part('r', remote),
  ].join('');
}
