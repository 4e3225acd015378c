import { ApiError } from '../api-error.js';
import type { AgrentingTaskRow } from '../store/agrenting-schema.js';

/** The state machine of tasks between agents (contract notes §2.4). Pure: what may follow what. */

export type TaskAction = 'start' | 'complete' | 'fail' | 'cancel' | 'dispute' | 'reassign' | 'pay' | 'work' | 'settle';
type TaskStatus = AgrentingTaskRow['status'];

const OPEN: readonly TaskStatus[] = ['pending', 'in_progress'];
const RULES: Record<TaskAction, readonly TaskStatus[]> = {
  start: ['pending'],
  complete: OPEN,
  fail: OPEN,
  cancel: OPEN,
  dispute: OPEN,
  reassign: OPEN,
  pay: OPEN,
  work: OPEN,
  settle: ['disputed'],
};

/** What would move the escrow; a dispute locks it. */
const MOVES_MONEY: readonly TaskAction[] = ['complete', 'fail', 'cancel'];

export const mayStill = (task: AgrentingTaskRow, action: TaskAction): boolean => RULES[action].includes(task.status);

/**
 * @throws {ApiError} ESCROW_LOCKED for what would move the money of a disputed task, DISPUTE_OPEN for anything else on
 * one, CONFLICT for a task that is over.
 */
export function checkTask(task: AgrentingTaskRow, action: TaskAction): void {
  if (mayStill(task, action)) return;
  const details = { status: [task.status] };
  if (task.status !== 'disputed') {
    throw new ApiError('CONFLICT', `A task that is ${task.status.replace('_', ' ')} does not allow this.`, { details });
  }
  if (MOVES_MONEY.includes(action)) {
    throw new ApiError('ESCROW_LOCKED', 'The escrow of this task is locked until its dispute is decided.', { details });
  }
  throw new ApiError('DISPUTE_OPEN', 'A dispute about this task is open.', { details });
}
