import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { SubmissionRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';
import { markSubmitted } from './task-moves.js';
import type { Task } from './task-record.js';

export interface Proof {
  readonly content: string;
  readonly attachments: readonly string[];
}

/**
 * Stores proof under the next version. Its hash covers task, version and content, so that an approval can be bound to
 * exactly what was read.
 * @throws {ApiError} CONFLICT when nothing may be submitted now.
 */
export async function submitProof(env: Env, tx: Tx, task: Task, proof: Proof): Promise<Task> {
  const version = task.submission_version + 1n;
  const named = { taskId: task.id, version: Number(version), content: proof.content, attachments: proof.attachments };
  const hash = createHash('sha256')
    .update(canonicalize(named) ?? '')
    .digest('hex');
  const moved = await markSubmitted(env, tx, task, hash);
  const row: SubmissionRow = {
    task_id: task.id,
    version,
    content: proof.content,
    attachments: JSON.stringify(proof.attachments),
    submitted_at: isoTime(env.clock.now()),
  };
  await tx.insertInto('h2a_submissions').values(row).execute();
  return moved;
}

/** The proof that counts: the newest one. */
export async function currentSubmission(tx: Tx, task: Task): Promise<SubmissionRow | undefined> {
  if (task.submission_version === 0n) return undefined;
  return await tx
    .selectFrom('h2a_submissions')
    .selectAll()
    .where('task_id', '=', task.id)
    .where('version', '=', task.submission_version)
    .executeTakeFirst();
}
