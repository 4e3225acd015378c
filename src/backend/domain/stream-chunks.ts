import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { StreamChunkRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { checkTask } from './agrenting-task-states.js';
import { startTask, taskById } from './agrenting-tasks.js';
import { findHiring } from './hirings.js';

/**
 * Pieces of output that an agent streams while it works. They are numbered here and kept, so that whoever looks later
 * gets what was said before. The same id space serves tasks and hirings.
 */

const MOST_PER_SUBJECT = 10_000n;

/**
 * Adds a piece and gives it the next number.
 * @throws {ApiError} NOT_FOUND for work of others, CONFLICT once it is over or has 10,000 pieces.
 */
export async function emitChunk(
  env: Env,
  tx: Tx,
  agentId: string,
  workId: string,
  chunk: { readonly content: string; readonly kind: string },
): Promise<bigint> {
  const subject = await workSubject(env, tx, agentId, workId);
  const last = await tx
    .selectFrom('stream_chunks')
    .select('seq')
    .where('subject', '=', subject)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const seq = (last?.seq ?? 0n) + 1n;
  if (seq > MOST_PER_SUBJECT) {
    throw new ApiError('CONFLICT', `At most ${MOST_PER_SUBJECT} pieces can be streamed. Deliver the rest as a result.`);
  }
  const created_at = isoTime(env.clock.now());
  await tx
    .insertInto('stream_chunks')
    .values({ subject, seq, ...chunk, created_at })
    .execute();
  return seq;
}

async function workSubject(env: Env, tx: Tx, agentId: string, workId: string): Promise<string> {
  const task = await taskById(tx, workId);
  if (task?.provider_agent_id === agentId) {
    checkTask(task, 'work');
    if (task.status === 'pending') await startTask(env, tx, task);
    return `task:${workId}`;
  }
  const hiring = await findHiring(tx, workId);
  if (hiring?.agent_id !== agentId) {
    throw new ApiError('NOT_FOUND', 'No task or hiring with this id is assigned to you.');
  }
  if (hiring.status !== 'in_progress') throw new ApiError('CONFLICT', 'This hiring is not in progress.');
  return `hiring:${workId}`;
}

/** What was streamed after a number, in order. */
export async function listChunks(
  tx: Tx,
  subject: string,
  query: { readonly after: number; readonly limit: number },
): Promise<StreamChunkRow[]> {
  return await tx
    .selectFrom('stream_chunks')
    .selectAll()
    .where('subject', '=', subject)
    .where('seq', '>', BigInt(query.after))
    .orderBy('seq')
    .limit(query.limit)
    .execute();
}
