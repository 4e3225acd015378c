import type { TaskStatus } from '../../marketplaces/humans2ai/contract/replies.js';

/** The task state machine (contract notes §4). Pure: what may follow what, and what it does to the money. */

export const TASK_ACTIONS = [
  'open',
  'decline',
  'cancel',
  'expire',
  'assign',
  'submit',
  'approve',
  'reject',
  'dispute',
  'rule_release',
  'rule_refund',
  'rule_split',
] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];

export interface TaskTransition {
  readonly from: readonly TaskStatus[];
  readonly to: TaskStatus;
  readonly money: 'keep' | 'release' | 'refund' | 'split';
  /** The sentence of a refusal; the documented ones are documented word for word. */
  readonly refusal: string;
}

const TRANSITIONS: Record<TaskAction, TaskTransition> = {
  open: {
    from: ['pending_review'],
    to: 'open',
    money: 'keep',
    refusal: 'Invalid status — task must be PENDING_REVIEW',
  },
  decline: {
    from: ['pending_review'],
    to: 'expired',
    money: 'refund',
    refusal: 'Invalid status — task must be PENDING_REVIEW',
  },
  cancel: {
    from: ['open', 'pending_review'],
    to: 'expired',
    money: 'refund',
    refusal: 'Invalid status — can only cancel open or pending_review tasks',
  },
  // By time only. Documented for open tasks; for the others it is ours, because nothing else would ever free the escrow.
  expire: {
    from: ['pending_review', 'open', 'assigned', 'rejected_by_agent'],
    to: 'expired',
    money: 'refund',
    refusal: 'Invalid status — task cannot expire',
  },
  assign: { from: ['open'], to: 'assigned', money: 'keep', refusal: 'Invalid status — task must be OPEN' },
  submit: {
    from: ['assigned', 'rejected_by_agent'],
    to: 'submitted',
    money: 'keep',
    refusal: 'Invalid status — task must be ASSIGNED or REJECTED_BY_AGENT',
  },
  approve: {
    from: ['submitted'],
    to: 'completed',
    money: 'release',
    refusal: 'Invalid status — task must be SUBMITTED',
  },
  reject: {
    from: ['submitted'],
    to: 'rejected_by_agent',
    money: 'keep',
    refusal: 'Invalid status — task must be SUBMITTED',
  },
  dispute: {
    from: ['rejected_by_agent'],
    to: 'disputed',
    money: 'keep',
    refusal: 'Invalid status — task must be REJECTED_BY_AGENT',
  },
  rule_release: {
    from: ['disputed'],
    to: 'completed',
    money: 'release',
    refusal: 'Invalid status — task must be DISPUTED',
  },
  rule_refund: {
    from: ['disputed'],
    to: 'refunded',
    money: 'refund',
    refusal: 'Invalid status — task must be DISPUTED',
  },
  rule_split: {
    from: ['disputed'],
    to: 'completed',
    money: 'split',
    refusal: 'Invalid status — task must be DISPUTED',
  },
};

export const ruleOf = (action: TaskAction): TaskTransition => TRANSITIONS[action];

/** Whether an action is allowed from a status. */
export const allows = (status: TaskStatus, action: TaskAction): boolean => TRANSITIONS[action].from.includes(status);
