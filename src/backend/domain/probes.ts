import type { Env } from '../env.js';
import type { Job } from '../jobs.js';
import type { AgrentingAgentRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import type { PingPurpose } from '../surfaces/session.js';
import { agentById, callbackOf } from './agents.js';
import { failHiring, findHiring, startHiring } from './hirings.js';
import { IDLE_PROBE_MS, isOnline, markSeen } from './presence.js';

/**
 * Is an agent there? A ping to its MCP sessions, with 3 seconds; then a HEAD to its callback address, with 2 (contract
 * notes §3). Each wait is a job, so a probe goes on after a restart and no other job waits for it; whatever comes
 * first, an answer or the next step, decides.
 */

const PING_MS = 3_000;
const HEAD_MS = 2_000;

const UNANSWERED = 'The agent did not answer the availability probe.';

/** One step of the probe that a queued hiring waits for. */
export async function probeHiring(env: Env, tx: Tx, job: Job): Promise<void> {
  const hiring = await findHiring(tx, job.subject);
  if (hiring?.status !== 'queued') return;
  const agent = await agentById(tx, hiring.agent_id);
  const next = async (step: string, inMs: number) =>
    await env.jobs.schedule(tx, { kind: job.kind, subject: hiring.id, inMs, payload: { step } });
  const unanswered = async () => {
    await failHiring(env, tx, hiring, UNANSWERED);
  };

  const step = stepFor(env, agent, job);
  if (step === 'ping') {
    await next('callback', PING_MS);
    env.events.afterCommit(tx, () => env.sessions.ping(agent.id, { hiring: hiring.id, dispatch: hiring.dispatch_id }));
  } else if (step === 'callback') {
    await next('give up', HEAD_MS);
    env.events.afterCommit(tx, () => callBack(env, agent, hiring));
  } else if (step === 'presence' && isOnline(agent, env.clock.now())) await startHiring(env, tx, hiring);
  else await unanswered();
}

type Step = 'ping' | 'callback' | 'presence' | 'give up';

/**
 * The first step, or the one that follows on the job's. Simulated agents, and those that poll over REST and named no
 * callback address, cannot be asked: whoever was heard from within the hour counts as there.
 */
function stepFor(env: Env, agent: AgrentingAgentRow, job: Job): Step {
  if (job.payload.step === 'give up') return 'give up';
  const first = job.payload.step === undefined;
  if (first && agent.behaviour === null && env.sessions.isConnected(agent.id)) return 'ping';
  if (agent.behaviour === null && callbackOf(env, agent)) return 'callback';
  return first ? 'presence' : 'give up';
}

/** A live agent answered a ping. Its presence is refreshed by every message of it; a hiring that waited starts. */
export async function probeAnswered(env: Env, agentId: string, purpose: PingPurpose): Promise<void> {
  if (purpose === 'presence') return;
  await settle(env, purpose, async (tx, hiring) => {
    await markSeen(env, tx, agentId);
    await startHiring(env, tx, hiring);
  });
}

function callBack(env: Env, agent: AgrentingAgentRow, hiring: HiringRow): void {
  const asked = { hiring: hiring.id, dispatch: hiring.dispatch_id };
  env.background.run('availability probe', async (signal) => {
    if (await isThere(env, agent, signal)) await probeAnswered(env, agent.id, asked);
    else {
      await settle(env, asked, async (tx, queued) => {
        await failHiring(env, tx, queued, UNANSWERED);
      });
    }
  });
}

/** Acts on a hiring if it still waits for the answer to this very probe. */
async function settle(
  env: Env,
  asked: Exclude<PingPurpose, 'presence'>,
  act: (tx: Tx, hiring: HiringRow) => Promise<void>,
): Promise<void> {
  await env.db.transaction().execute(async (tx) => {
    const hiring = await findHiring(tx, asked.hiring);
    if (hiring?.status === 'queued' && hiring.dispatch_id === asked.dispatch) await act(tx, hiring);
  });
  env.jobs.wake();
}

/** Whether the callback address of an agent answers a HEAD with any 2xx in time. */
async function isThere(env: Env, agent: AgrentingAgentRow, signal: AbortSignal): Promise<boolean> {
  const callback = callbackOf(env, agent);
  if (!callback) return false;
  const request = { method: 'HEAD', url: callback.url, headers: {}, timeoutMs: HEAD_MS, signal } as const;
  const status = await env.outbound(request).catch(() => 0);
  return status >= 200 && status < 300;
}

/**
 * One step of the probe of an agent that was idle for an hour: asked every 15 minutes for as long as it has a session
 * or a callback address. Its answer is a message like any other and brings it back online.
 */
export async function probePresence(env: Env, tx: Tx, job: Job): Promise<void> {
  const agent = await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', job.subject).executeTakeFirst();
  if (agent?.status !== 'active' || agent.behaviour !== null || isOnline(agent, env.clock.now())) return;
  const connected = env.sessions.isConnected(agent.id);
  const callback = callbackOf(env, agent);
  const next = async (step: string, inMs: number) =>
    await env.jobs.schedule(tx, { kind: job.kind, subject: agent.id, inMs, payload: { step } });

  const second = job.payload.step === 'callback';
  if (!second && (connected || callback)) await next('ping', IDLE_PROBE_MS);
  if (!second && connected) {
    await next('callback', PING_MS);
    env.events.afterCommit(tx, () => env.sessions.ping(agent.id, 'presence'));
  } else if (callback) {
    env.events.afterCommit(tx, () =>
      env.background.run('presence probe', async (signal) => {
        if (await isThere(env, agent, signal))
          await env.db.transaction().execute((seen) => markSeen(env, seen, agent.id));
        env.jobs.wake();
      }),
    );
  }
}
