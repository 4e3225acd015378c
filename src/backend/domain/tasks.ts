import { amountFromJson } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Humans2aiUserRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';
import { hold, InsufficientBalance } from './ledger.js';
import { keywordGate } from './risk-gate.js';
import { CURRENCY, DEADLINE_JOB, subjectOf, type Task } from './task-record.js';

/** New tasks. Every function here runs inside its caller's transaction. */

/** Documented: "> 5 000" is reviewed, exactly 5,000 goes live at once. */
const REVIEW_ABOVE = amountFromJson(5_000);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EARLIEST_MS = HOUR_MS;
const LATEST_MS = 90 * DAY_MS;

export interface NewTask {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** In $A9token, as JSON states it. */
  readonly budget: number;
  readonly deadline: string;
  readonly urgency: string;
  readonly location?: string | undefined;
  readonly remote: boolean;
  readonly requirements: readonly string[];
  readonly skillsRequired: readonly string[];
  readonly autoApprove: boolean;
}

/**
 * Creates a task: deadline and risk gate first, then the budget is locked, then the task is live or under review.
 * @throws {ApiError} VALIDATION_ERROR, RISK_GATE_BLOCKED, INSUFFICIENT_BALANCE.
 */
export async function createTask(
  env: Env,
  tx: Tx,
  agent: Humans2aiUserRow,
  wanted: NewTask,
  operationKey?: string,
): Promise<Task> {
  const nowMs = env.clock.now();
  const now = isoTime(nowMs);
  const deadlineMs = checkedDeadline(wanted.deadline, nowMs);
  const gate = env.settings.riskGate ?? keywordGate(env.settings.riskWords);
  const reason = gate(wanted);
  if (reason !== undefined) throw new ApiError('RISK_GATE_BLOCKED', `The task was blocked by moderation: ${reason}.`);
  const budget = amountFromJson(wanted.budget);
  const reviewed = budget > REVIEW_ABOVE;
  const row: Task = {
    id: env.ids.prefixed('task'),
    agent_id: agent.id,
    agent_name: agent.display_name,
    human_id: null,
    status: reviewed ? 'pending_review' : 'open',
    live: reviewed ? 0n : 1n,
    title: wanted.title,
    description: wanted.description,
    category: wanted.category,
    budget,
    deadline: isoTime(deadlineMs),
    urgency: wanted.urgency,
    location: wanted.location ?? null,
    remote: wanted.remote ? 1n : 0n,
    requirements: JSON.stringify(wanted.requirements),
    skills_required: JSON.stringify(wanted.skillsRequired),
    auto_approve: wanted.autoApprove ? 1n : 0n,
    escrow_id: env.ids.prefixed('esc'),
    applicant_count: 0n,
    message_count: 0n,
    submission_version: 0n,
    submission_hash: null,
    rejection_reason: null,
    dispute_reason: null,
    payout: null,
    fee: null,
    created_at: now,
    updated_at: now,
    assigned_at: null,
    submitted_at: null,
    completed_at: null,
    cancelled_at: null,
  };
  await lockBudget(tx, row, operationKey);
  await tx.insertInto('h2a_tasks').values(row).execute();
  await env.jobs.schedule(tx, { kind: DEADLINE_JOB, subject: row.id, inMs: deadlineMs - nowMs });
  await env.events.emit(tx, { type: reviewed ? 'task.pending_review' : 'task.opened', id: row.id });
  return row;
}

function checkedDeadline(text: string, nowMs: number): number {
  const at = Date.parse(text);
  if (at < nowMs + EARLIEST_MS || at > nowMs + LATEST_MS || Number.isNaN(at)) {
    const problem = 'must be between 1 hour and 90 days from now';
    throw new ApiError('VALIDATION_ERROR', `deadline: ${problem}.`, { details: { deadline: [problem] } });
  }
  return at;
}

async function lockBudget(tx: Tx, row: Task, operationKey: string | undefined): Promise<void> {
  const { agent_id: owner, budget: amount, escrow_id: escrowId, created_at: at } = row;
  try {
    await hold(tx, { owner, currency: CURRENCY, amount, subject: subjectOf(row), escrowId, operationKey, at });
  } catch (error) {
    if (!(error instanceof InsufficientBalance)) throw error;
    throw new ApiError('INSUFFICIENT_BALANCE', 'The wallet balance is less than the budget. Nothing was locked.');
  }
}
