import { asObject, type Envelope } from '../marketplaces/envelope.js';
import type { Route } from '../marketplaces/route.js';
import { ApiError } from './api-error.js';
import type { Caller } from './auth.js';
import { hashSecret, isoTime } from './clock.js';
import { appendAudit, type NewAuditEntry } from './domain/audit-log.js';
import type { Env } from './env.js';
import type { Tx } from './store/schema.js';

/**
 * What the pipeline writes into the audit log: every request that was to change something and came from somebody who
 * may ask, whether it was carried out or refused. Requests without a valid credential and those beyond a rate limit
 * changed nothing and are not written down, or anybody could fill the disk.
 */
export interface Audited {
  readonly env: Env;
  readonly marketplace: string;
  readonly route: Pick<Route, 'id' | 'method' | 'path'>;
  /** The tool's name where one route serves many. */
  readonly action?: string | undefined;
  readonly caller: Caller | undefined;
  readonly address: string;
  readonly key: string | undefined;
  readonly target: string | undefined;
}

/** Writes down, in the transaction of the change, that it was carried out, or that an earlier answer was given again. */
export async function auditDone(tx: Tx, what: Audited, status: number, replayed = false): Promise<void> {
  await appendAudit(tx, { ...entryOf(what), status: BigInt(status), error: null, replayed: replayed ? 1n : 0n });
}

/** Writes down that nothing was changed, and why. */
export async function auditRefusal(what: Audited, envelope: Envelope, thrown: unknown): Promise<void> {
  const error = thrown instanceof ApiError ? thrown.code : envelope.standard.internal;
  if (error === envelope.standard.limited) return;
  const status = BigInt(envelope.codes[error]?.status ?? 500);
  const entry = { ...entryOf(what), status, error, replayed: 0n };
  await what.env.db.transaction().execute((tx) => appendAudit(tx, entry));
}

function entryOf(what: Audited): Omit<NewAuditEntry, 'status' | 'error' | 'replayed'> {
  const { env, route, caller } = what;
  return {
    at: isoTime(env.clock.now()),
    marketplace: what.marketplace,
    action: what.action ?? route.id,
    method: route.method,
    path: route.path,
    target: what.target?.slice(0, MAX_TARGET) ?? null,
    actor: caller?.account ?? null,
    role: caller?.kind ?? null,
    via: caller?.via ?? null,
    credential: caller?.credentialId ?? null,
    address: what.address,
    key_hash: what.key === undefined ? null : hashSecret(what.key),
  };
}

const MAX_TARGET = 200;

/** What a request is about: the ids in its path, the task that a tool names, or the id of what it made. */
export function targetOf(params: Readonly<Record<string, unknown>>, body: unknown, made?: unknown): string | undefined {
  const named = Object.values(params).filter((value) => typeof value === 'string');
  if (named.length > 0) return named.join(' ');
  const taskId = asObject(asObject(body)?.input)?.taskId;
  return typeof taskId === 'string' ? taskId : madeId(made);
}

/** The id on the top of what was made, or of the one thing inside it. */
function madeId(made: unknown): string | undefined {
  const object = asObject(made);
  const inner = object?.task ?? object?.hiring ?? object?.agent ?? object?.user;
  const id = object?.id ?? object?.task_id ?? asObject(inner)?.id;
  return typeof id === 'string' ? id : undefined;
}
