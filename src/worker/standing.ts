import { HirewireError } from '../errors.js';
import { api } from '../marketplaces/agrenting/api.js';
import type { Hiring } from '../marketplaces/agrenting/contract/hirings.js';
import type { ApiClient } from '../marketplaces/api-client.js';

/** How a piece of work stands at the marketplace. */
export type Standing =
  | 'open'
  | 'completed'
  | 'failed'
  | 'cancelled'
  /** The hirer has tried again after a failure: same hiring, another piece of work. */
  | 'superseded';

const STANDINGS: Readonly<Record<string, Standing>> = {
  in_progress: 'open',
  paid: 'open',
  completed: 'completed',
  disputed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  refunded: 'cancelled',
  // Only a hiring that has failed before can be waiting again.
  queued: 'superseded',
};

/** The statuses that a list of pending hirings may have: "in_progress and legacy paid". */
export const isOpenStatus = (status: string): boolean => STANDINGS[status] === 'open';

/** What tells one attempt of a hiring from the next; empty when the marketplace does not show it. */
export const dispatchOf = (hiring: Hiring | undefined): string =>
  hiring?.dispatch_id ?? (hiring?.trace_attempt === undefined ? '' : String(hiring.trace_attempt));

export function standingOf(hiring: Hiring, dispatch: string): Standing {
  const now = dispatchOf(hiring);
  if (now !== '' && dispatch !== '' && now !== dispatch) return 'superseded';
  return STANDINGS[hiring.status] ?? 'open';
}

/**
 * A hiring with its conversation; undefined when the marketplace does not show it to this agent.
 * @throws {HirewireError} when it cannot be told at the moment.
 */
export async function readHiring(client: ApiClient, id: string, signal: AbortSignal): Promise<Hiring | undefined> {
  return await client.call(api.getHiring, { params: { id } }, { signal }).catch((error: unknown) => {
    if (error instanceof HirewireError && ['NOT_FOUND', 'FORBIDDEN'].includes(error.facts.code)) return undefined;
    throw error;
  });
}
