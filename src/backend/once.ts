import type { Envelope } from '../marketplaces/envelope.js';
import { errorBody, replayed } from './answers.js';
import { ApiError } from './api-error.js';
import type { Env } from './env.js';
import { type Claim, operationKey, remember, replay } from './idempotency.js';
import type { Service } from './pipeline.js';
import type { Tx } from './store/schema.js';

const inFlight = new WeakMap<Env, Set<string>>();

/** Runs the effect in one transaction with its claim and its stored answer, or replays the stored answer. */
export async function once(
  claim: Claim | undefined,
  env: Env,
  envelope: Envelope,
  service: Service,
  now: string,
  answer: (tx: Tx, key: string | undefined) => Promise<Response>,
  replaying: (tx: Tx, status: number) => Promise<void>,
): Promise<Response> {
  if (!claim) return await env.db.transaction().execute((tx) => answer(tx, undefined));
  const running = inFlight.get(env) ?? new Set<string>();
  inFlight.set(env, running);
  const name = operationKey(claim);
  if (running.has(name)) {
    throw new ApiError(envelope.standard.keyInFlight, 'A request with this idempotency key is still running.', {
      retryAfter: 1,
      retriable: true,
    });
  }
  running.add(name);
  try {
    return await env.db.transaction().execute(async (tx) => {
      const earlier = await replay(tx, claim, envelope.standard);
      if (earlier) {
        await replaying(tx, Number(earlier.status));
        return replayed(Number(earlier.status), earlier.body ?? '');
      }
      const response = await answer(tx, name);
      const body = await response.clone().text();
      await remember(tx, claim, { state: 'completed', status: response.status, body, at: now });
      return response;
    });
  } catch (error) {
    if (error instanceof ApiError && service.marketplace === 'agrenting')
      await keepRefusal(claim, env, envelope, error, now);
    throw error;
  } finally {
    running.delete(name);
  }
}

/** Agrenting stores refusals too (failed_final and failed_retriable, contract notes §1.6): a new try needs a new key. */
async function keepRefusal(claim: Claim, env: Env, envelope: Envelope, error: ApiError, now: string): Promise<void> {
  const { keyMismatch, keyExpired, internal } = envelope.standard;
  if ([keyMismatch, keyExpired, internal].includes(error.code)) return;
  const state = error.options.retriable ? 'failed_retriable' : 'failed_final';
  const status = envelope.codes[error.code]?.status ?? 500;
  const body = JSON.stringify(errorBody(error, envelope, now));
  await remember(env.db, claim, { state, status, body, at: now });
}
