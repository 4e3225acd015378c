import { auditHash } from '../store/audit-chain.js';
import type { AuditRow } from '../store/operate-schema.js';
import type { Tx } from '../store/schema.js';

/** The audit log: who asked for which change, from where, and what came of it (documented: GET /admin/audit-logs). */

export type NewAuditEntry = Omit<AuditRow, 'seq' | 'prev' | 'hash'>;

/** Adds a row at the end, inside the caller's transaction: the change and its record are committed together. */
export async function appendAudit(tx: Tx, entry: NewAuditEntry): Promise<void> {
  const head = await tx.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1n).executeTakeFirstOrThrow();
  const row = { ...entry, seq: head.seq + 1n, prev: head.hash };
  await tx
    .insertInto('audit_log')
    .values({ ...row, hash: auditHash(row) })
    .execute();
}

export interface AuditQuery {
  readonly limit: number;
  /** Only rows before this one. */
  readonly before?: bigint | undefined;
  /** Only what this account asked for. */
  readonly actor?: string | undefined;
  /** Only this route or tool. */
  readonly action?: string | undefined;
}

const ALL = 9_223_372_036_854_775_807n;

/** Newest first: one range of one index, wherever it begins. */
export async function listAudit(tx: Tx, query: AuditQuery): Promise<AuditRow[]> {
  const { actor, action } = query;
  return await tx
    .selectFrom('audit_log')
    .selectAll()
    .where('seq', '<', query.before ?? ALL)
    .$if(actor !== undefined, (rows) => rows.where('actor', '=', actor ?? ''))
    .$if(action !== undefined, (rows) => rows.where('action', '=', action ?? ''))
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}

/** Number and hash of the last row, to be written down elsewhere. */
export async function auditHead(tx: Tx): Promise<{ seq: bigint; hash: string }> {
  return await tx.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1n).executeTakeFirstOrThrow();
}
