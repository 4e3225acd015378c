import { createHash } from 'node:crypto';
import type { AuditRow } from './operate-schema.js';

/**
 * The hash chain of the audit log. Each hash covers every column of its row and the hash before it, so a row cannot be
 * edited, removed, inserted or moved without every later hash being wrong. Whoever can write the whole file can also
 * compute a new chain: against that, keep the head somewhere else and give it to the check.
 */

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 (hex) over the row's columns as JSON, in this order. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  const columns = [
    String(row.seq),
    row.at,
    row.marketplace,
    row.action,
    row.method,
    row.path,
    row.target,
    row.actor,
    row.role,
    row.via,
    row.credential,
    row.address,
    String(row.status),
    row.error,
    row.key_hash,
    String(row.replayed),
    row.prev,
  ];
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
}

export interface ChainHead {
  readonly seq: bigint;
  readonly hash: string;
}

export type ChainFinding =
  | { readonly ok: true; readonly head: ChainHead }
  | { readonly ok: false; readonly seq: bigint; readonly problem: string };

/**
 * Walks the chain from its beginning.
 * @param rows every row, ordered by seq.
 * @param head what the database says is the last row.
 * @param kept a head that somebody wrote down earlier: the chain must still contain it.
 */
export async function checkChain(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  head: ChainHead,
  kept?: ChainHead,
): Promise<ChainFinding> {
  let last: ChainHead = { seq: 0n, hash: GENESIS };
  let found = kept === undefined || (kept.seq === 0n && kept.hash === GENESIS);
  const broken = (seq: bigint, problem: string): ChainFinding => ({ ok: false, seq, problem });
  for await (const row of rows) {
    if (row.seq !== last.seq + 1n) return broken(last.seq + 1n, 'this row is missing');
    if (row.prev !== last.hash) return broken(row.seq, 'it does not follow the row before it');
    if (row.hash !== auditHash(row)) return broken(row.seq, 'it was changed');
    last = { seq: row.seq, hash: row.hash };
    if (kept?.seq === row.seq) {
      if (kept.hash !== row.hash) return broken(row.seq, 'it is not the row that was written down earlier');
      found = true;
    }
  }
  if (last.seq !== head.seq || last.hash !== head.hash) {
    const problem = last.seq < head.seq ? 'the rows from here on are missing' : 'the log does not end where it says';
    return broken(last.seq + 1n, problem);
  }
  if (!found) return broken(last.seq + 1n, 'the log ends before the row that was written down earlier');
  return { ok: true, head: last };
}
