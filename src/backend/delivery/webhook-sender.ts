import { cleanLabel } from '../../untrusted.js';
import { isoTime } from '../clock.js';
import { type Delivery, finishDelivery, planSending, readyDeliveries, SEND_JOB } from '../domain/webhook-deliveries.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';
import type { OutboundRequest } from './outbound.js';
import { type Addressee, addresseeOf, noteOutcome } from './webhook-addressee.js';

/**
 * Sends what lies in the outbox: at least once, in order per webhook and subject. Before an attempt begins its row is
 * given the time of the next one, so a process that dies during it leaves nothing undone; whoever comes next tries again.
 */

/** How many deliveries of one webhook are under way at once; they are about different subjects. */
const AT_ONCE = 8;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Until the second, third … attempt: eleven attempts within 31 hours. */
const BACKOFF_MS = [
  5_000,
  30_000,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  15 * HOUR,
] as const;

type Outcome = { readonly status: number | null; readonly error: string | null; readonly ms: number };

export function registerWebhookSender(env: Env): void {
  /** By webhook: what this process is sending. */
  const underWay = new Map<string, Set<string>>();

  env.jobs.handle(SEND_JOB, async (job, effect) =>
    effect(async (tx) => {
      const sending = underWay.get(job.subject) ?? new Set<string>();
      underWay.set(job.subject, sending);
      const begun: { row: Delivery; to: Addressee; attempt: bigint }[] = [];
      for (const row of await dueOf(env, tx, job.subject, sending)) {
        const to = await addresseeOf(env, tx, row);
        // Switched off: what is in line waits until it is switched on again.
        if (!to) return;
        begun.push({ row, to, attempt: await beginAttempt(env, tx, row) });
      }
      // Whoever is under way plans anew when it ends; only then may somebody take its place.
      const room = sending.size + begun.length < AT_ONCE;
      if (room && (begun.length > 0 || sending.size === 0)) await planSending(env, tx, job.subject);
      env.events.afterCommit(tx, () => {
        for (const { row, to, attempt } of begun) {
          sending.add(row.id);
          const over = () => sending.delete(row.id);
          env.background.run('webhook delivery', (signal) =>
            deliver(env, row, to, attempt, signal, over).finally(over),
          );
        }
      });
    }),
  );
}

/** What is due and not under way, as much as may begin now. */
async function dueOf(env: Env, tx: Tx, webhookId: string, sending: ReadonlySet<string>): Promise<Delivery[]> {
  const free = AT_ONCE - sending.size;
  if (free <= 0) return [];
  const rows = await readyDeliveries(tx, webhookId)
    .selectAll()
    .where('due_at', '<=', isoTime(env.clock.now()))
    .limit(AT_ONCE + free)
    .execute();
  return rows.filter(({ id }) => !sending.has(id)).slice(0, free);
}

/** Writes down that an attempt begins, and when the next one would be. @returns its number. */
async function beginAttempt(env: Env, tx: Tx, row: Delivery): Promise<bigint> {
  const attempt = row.attempts + 1n;
  // No attempt is repeated while it may still be running.
  const due_at = isoTime(env.clock.now() + 3 * env.settings.webhookTimeoutMs);
  await tx.updateTable('webhook_deliveries').set({ attempts: attempt, due_at }).where('id', '=', row.id).execute();
  await tx
    .insertInto('webhook_attempts')
    .values({ delivery_id: row.id, attempt, at: isoTime(env.clock.now()), status: null, error: null, ms: null })
    .execute();
  return attempt;
}

async function deliver(
  env: Env,
  row: Delivery,
  to: Addressee,
  attempt: bigint,
  signal: AbortSignal,
  over: () => void,
): Promise<void> {
  const began = performance.now();
  const { url, headers } = to;
  const timeoutMs = env.settings.webhookTimeoutMs;
  const request: OutboundRequest = { method: 'POST', url, headers, body: row.body, timeoutMs, signal };
  const answered = await env.outbound(request).then(
    (status) => ({ status, error: errorOf(status) }),
    (thrown: unknown) => ({ status: null, error: signal.aborted ? STOPPED : reasonOf(thrown) }),
  );
  const outcome = { ...answered, ms: performance.now() - began };
  await env.db.transaction().execute(async (tx) => {
    await endAttempt(env, tx, row.id, attempt, outcome);
    await planSending(env, tx, row.webhook_id);
    env.events.afterCommit(tx, over);
  });
  env.jobs.wake();
}

async function endAttempt(env: Env, tx: Tx, id: string, attempt: bigint, outcome: Outcome): Promise<void> {
  const { status, error } = outcome;
  const known = { last_status: status === null ? null : BigInt(status), last_error: error };
  await tx
    .updateTable('webhook_attempts')
    .set({ status: known.last_status, error, ms: BigInt(Math.round(outcome.ms)) })
    .where('delivery_id', '=', id)
    .where('attempt', '=', attempt)
    .execute();
  const row = await tx
    .updateTable('webhook_deliveries')
    .set(known)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  // Dropped with its webhook, or taken up by another process meanwhile.
  if (row.state !== 'ready' || (error !== null && row.attempts !== attempt)) return;
  if (error !== STOPPED) await noteOutcome(env, tx, row, error === null);
  const wait = error === STOPPED ? 0 : BACKOFF_MS[Number(attempt) - 1];
  if (error === null) await finishDelivery(env, tx, row, 'delivered');
  else if (wait === undefined) await finishDelivery(env, tx, row, 'failed');
  else {
    const due_at = isoTime(env.clock.now() + wait);
    await tx.updateTable('webhook_deliveries').set({ due_at }).where('id', '=', id).execute();
  }
}

const STOPPED = 'The sender was stopped.';

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? `Redirects are not followed (${status}).` : `Answered with ${status}.`;
}

const reasonOf = (thrown: unknown): string => cleanLabel(thrown instanceof Error ? thrown.message : 'No answer.', 200);
