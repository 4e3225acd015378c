import { createHash } from 'node:crypto';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { DocumentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { findTask, taskById } from './agrenting-tasks.js';

/** Files of an account, or of one of its tasks. */

export interface NewDocument {
  readonly name: string;
  /** Base64. */
  readonly content: string;
  readonly content_type: string;
  readonly document_type?: string | undefined;
  readonly task_id?: string | undefined;
}

/** @throws {ApiError} NOT_FOUND for a task of others. */
export async function createDocument(
  env: Env,
  tx: Tx,
  owner: { readonly account: string; readonly kind: string },
  upload: NewDocument,
): Promise<DocumentRow> {
  if (upload.task_id !== undefined) await findTask(tx, upload.task_id, owner.account);
  const bytes = Buffer.from(upload.content, 'base64');
  const row: DocumentRow = {
    id: env.ids.uuid(),
    account: owner.account,
    name: upload.name,
    content_type: upload.content_type,
    document_type: upload.document_type ?? null,
    agent_id: owner.kind === 'agent' ? owner.account : null,
    task_id: upload.task_id ?? null,
    content: upload.content,
    size_bytes: BigInt(bytes.length),
    file_hash: createHash('sha256').update(bytes).digest('hex'),
    created_at: isoTime(env.clock.now()),
  };
  await tx.insertInto('documents').values(row).execute();
  return row;
}

/** A document of the account itself or of a task that it takes part in. @throws {ApiError} NOT_FOUND. */
export async function findDocument(tx: Tx, id: string, account: string): Promise<DocumentRow> {
  const row = await tx.selectFrom('documents').selectAll().where('id', '=', id).executeTakeFirst();
  if (row && (row.account === account || (await takesPart(tx, row.task_id, account)))) return row;
  throw new ApiError('NOT_FOUND', 'No document of yours has this id.');
}

async function takesPart(tx: Tx, taskId: string | null, account: string): Promise<boolean> {
  const task = taskId === null ? undefined : await taskById(tx, taskId);
  return task !== undefined && (task.client === account || task.provider_agent_id === account);
}
