import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { reviewerActs, setReviewer } from '../actors/reviewer.js';
import { auditDone } from '../audit.js';
import { isoTime } from '../clock.js';
import { audit } from '../domain/ledger.js';
import type { Env } from '../env.js';

const YEAR_MS = 366 * 24 * 3_600_000;
const reviewerBody = z.object({ acts: z.boolean() });
const advanceBody = z.object({ advance_ms: z.number().int().min(0).max(YEAR_MS) });

const MOVE_CLOCK = { id: 'moveClock', method: 'POST', path: '/sandbox/clock' } as const;
const nobody = (address: string) => ({ caller: undefined, address, key: undefined, target: undefined });

/** Those outside of /sandbox. */
export const SANDBOX_PATHS: readonly string[] = ['/health', '/ready', '/health/readiness'];

/** Routes of ours, for tests and demos: health, the sandbox's clock, who reviews, and whether the ledger holds. */
export function sandboxRoutes(env: Env): Hono<{ Bindings: { address: string } }> {
  const app = new Hono<{ Bindings: { address: string } }>();
  app.get('/health', (context) => context.json({ status: 'ok', time: isoTime(env.clock.now()) }));
  const readiness = async (context: Context) => {
    const problem = env.watchers.stopped.aborted ? 'stopping' : await databaseProblem(env);
    if (problem === undefined) return context.json({ status: 'ready' });
    return context.json({ status: 'not ready', reason: problem }, 503);
  };
  app.get('/ready', readiness);
  // Agrenting's name for it (observed).
  app.get('/health/readiness', readiness);
  app.get('/sandbox/clock', (context) => context.json({ now: isoTime(env.clock.now()) }));
  app.post('/sandbox/clock', async (context) => {
    const parsed = advanceBody.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.json({ error: 'Send {"advance_ms": milliseconds, at most a year}.' }, 400);
    const ran = await env.jobs.advance(env.clock, parsed.data.advance_ms);
    const offset = env.clock.advance(0);
    await env.db.transaction().execute(async (tx) => {
      await tx
        .insertInto('meta')
        .values({ key: 'clock_offset', value: String(offset) })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(offset) }))
        .execute();
      await auditDone(tx, { env, marketplace: 'sandbox', route: MOVE_CLOCK, ...nobody(context.env.address) }, 200);
    });
    env.jobs.wake();
    return context.json({ now: isoTime(env.clock.now()), jobs_run: ran });
  });
  app.get('/sandbox/reviewer', async (context) => context.json({ acts: await reviewerActs(env.db) }));
  app.post('/sandbox/reviewer', async (context) => {
    const parsed = reviewerBody.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.json({ error: 'Send {"acts": true or false}.' }, 400);
    await env.db.transaction().execute((tx) => setReviewer(tx, parsed.data.acts));
    return context.json({ acts: parsed.data.acts });
  });
  app.get('/sandbox/ledger', async (context) => {
    const { sums, escrowGap, negative } = await audit(env.db);
    const zero = Object.values(sums).every((sum) => sum === 0n) && escrowGap === 0n && negative === 0n;
    return context.json({
      balanced: zero,
      sum_by_currency: Object.fromEntries(Object.entries(sums).map(([currency, sum]) => [currency, String(sum)])),
      escrow_minus_held: String(escrowGap),
      negative_accounts: Number(negative),
    });
  });
  return app;
}

/** Whether the database takes a write: the lock is taken and given back. */
async function databaseProblem(env: Env): Promise<string | undefined> {
  try {
    await env.db.transaction().execute((tx) => tx.selectFrom('meta').select('key').limit(1).execute());
    return undefined;
  } catch (error) {
    env.report('readiness', error);
    return 'the database does not answer';
  }
}
