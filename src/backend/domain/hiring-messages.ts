import { sql } from 'kysely';
import { FINAL_STATUSES } from '../../marketplaces/agrenting/contract/hirings.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { HiringMessageRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { countUpTo, cursorBefore, cutPage, type KeysetQuery, keyBefore, type Listing } from './keyset.js';

/** The conversation of a hiring: messages, the agent's questions and the hirer's answers. */

export interface NewMessage {
  readonly sender: HiringMessageRow['sender_type'];
  readonly senderName: string;
  readonly content: string;
  readonly kind?: HiringMessageRow['kind'];
  readonly replyTo?: string | undefined;
}

/**
 * Adds a message; an answer resolves its question.
 * @throws {ApiError} CONFLICT for a question or an answer once the hiring is final, NOT_FOUND when there is no such
 * open question, VALIDATION_ERROR when the hirer asks or the agent answers.
 */
export async function addMessage(env: Env, tx: Tx, hiring: HiringRow, message: NewMessage): Promise<HiringMessageRow> {
  const now = isoTime(env.clock.now());
  const kind = message.kind ?? 'message';
  checkKind(kind, message.sender, hiring);
  if (kind === 'answer') await resolveQuestion(tx, hiring.id, message.replyTo, now);
  const row: HiringMessageRow = {
    id: env.ids.uuid(),
    hiring_id: hiring.id,
    sender_type: message.sender,
    sender_name: message.senderName,
    kind,
    reply_to_id: message.replyTo ?? null,
    resolved_at: null,
    content: message.content,
    created_at: now,
  };
  await tx.insertInto('hiring_messages').values(row).execute();
  await tx.updateTable('hirings').set({ updated_at: now }).where('id', '=', hiring.id).execute();
  const type = kind === 'answer' ? 'hiring.answered' : 'hiring.message';
  await env.events.emit(tx, { type, id: hiring.id, data: { message_id: row.id, kind, sender: message.sender } });
  return row;
}

function checkKind(kind: HiringMessageRow['kind'], sender: NewMessage['sender'], hiring: HiringRow): void {
  if (kind === 'message') return;
  if ((kind === 'question' && sender !== 'agent') || (kind === 'answer' && sender !== 'hirer')) {
    const details = { kind: ['the agent asks (question) and the hirer answers (answer)'] };
    throw new ApiError('VALIDATION_ERROR', 'The request is not valid.', { details });
  }
  if (FINAL_STATUSES.includes(hiring.status)) {
    throw new ApiError('CONFLICT', 'The work is finished: no question can be asked or answered any more.');
  }
}

async function resolveQuestion(tx: Tx, hiringId: string, questionId: string | undefined, now: string): Promise<void> {
  const resolved = await tx
    .updateTable('hiring_messages')
    .set({ resolved_at: now })
    .where('id', '=', questionId ?? '')
    .where('hiring_id', '=', hiringId)
    .where('kind', '=', 'question')
    .where('resolved_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (resolved) return;
  throw new ApiError(
    'NOT_FOUND',
    'There is no open question with this id in this hiring. Put a question_id of open_questions into reply_to_id.',
  );
}

/** The newest part of the conversation, oldest first; the cursor leads to what was said before. */
export async function listMessages(tx: Tx, hiringId: string, query: KeysetQuery): Promise<Listing<HiringMessageRow>> {
  const rows = await tx
    .selectFrom('hiring_messages')
    .selectAll()
    .where('hiring_id', '=', hiringId)
    .where('seq', '<', keyBefore(query.cursor))
    .orderBy('seq', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = cutPage(rows, query.limit, (row) => cursorBefore(row.seq));
  const total = await countUpTo(tx, sql`SELECT 1 FROM hiring_messages WHERE hiring_id = ${hiringId}`);
  return { ...page, items: page.items.toReversed(), total };
}

const OPEN_QUESTIONS = 100;

/** The questions that wait for an answer, oldest first, 100 at most. */
export async function openQuestions(tx: Tx, hiringId: string): Promise<HiringMessageRow[]> {
  return await tx
    .selectFrom('hiring_messages')
    .selectAll()
    .where('hiring_id', '=', hiringId)
    .where('kind', '=', 'question')
    .where('resolved_at', 'is', null)
    .orderBy('seq')
    .limit(OPEN_QUESTIONS)
    .execute();
}

/** What the hirer answered last. */
export async function lastAnswer(tx: Tx, hiringId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('hiring_messages')
    .select('content')
    .where('hiring_id', '=', hiringId)
    .where('kind', '=', 'answer')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.content;
}
