import type { HiringStatus } from '../../marketplaces/agrenting/contract/hirings.js';

/** The hiring state machine (contract notes §3). Pure: what may follow what, and what it does to the money. */

export const HIRING_ACTIONS = ['start', 'complete', 'fail', 'cancel', 'retry', 'dispute', 'settle'] as const;
export type HiringAction = (typeof HIRING_ACTIONS)[number];

interface Transition {
  readonly from: readonly HiringStatus[];
  readonly to: HiringStatus;
  readonly money: 'keep' | 'release' | 'refund' | 'hold';
}

const TRANSITIONS: Record<HiringAction, Transition> = {
  start: { from: ['queued', 'paid'], to: 'in_progress', money: 'keep' },
  complete: { from: ['in_progress'], to: 'completed', money: 'release' },
  fail: { from: ['queued', 'paid', 'in_progress'], to: 'failed', money: 'refund' },
  cancel: { from: ['pending_payment', 'paid', 'queued', 'in_progress'], to: 'cancelled', money: 'refund' },
  retry: { from: ['failed'], to: 'queued', money: 'hold' },
  dispute: { from: ['completed'], to: 'disputed', money: 'keep' },
  settle: { from: ['disputed', 'failed'], to: 'refunded', money: 'keep' },
};

/** The transition that an action means from a status, or undefined when it is not allowed there. */
export function transition(status: string, action: HiringAction): Transition | undefined {
  const rule = TRANSITIONS[action];
  return rule.from.some((from) => from === status) ? rule : undefined;
}
