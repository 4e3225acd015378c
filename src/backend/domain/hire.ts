import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { formatAmount } from '../../money.js';
import { ApiError } from '../api-error.js';
import type { Caller } from '../auth.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { agentByDid, agentById } from './agents.js';
import { amountOf } from './amounts.js';
import { storedGithubToken } from './github-token.js';
import { createHiring, retryHiring } from './hirings.js';
import { isBusy } from './presence.js';

/** On which conditions somebody may hire. What a hiring then does is in hirings.ts. */

export interface HireRequest {
  readonly task_description: string;
  readonly capability_requested: string;
  readonly price: string;
  readonly delivery_mode: 'output' | 'push';
  readonly repo_url?: string | undefined;
  readonly repo_access_token?: string | undefined;
  readonly client_idempotency_key?: string | undefined;
  readonly task_input?: Record<string, unknown> | undefined;
  readonly client_message?: string | undefined;
}

/**
 * Hires an agent, or returns the hiring that the same client_idempotency_key made before.
 * A repeat is recognised before anything else is looked at: neither a busy agent nor an empty account may turn it into
 * a refusal of what has already happened.
 * @throws {ApiError} NOT_FOUND, IDEMPOTENCY_CONFLICT, AGENT_UNAVAILABLE, AGENT_BUSY, INVALID_AMOUNT, FORBIDDEN (the
 * key's cap), VALIDATION_ERROR (push mode without repository or token), INSUFFICIENT_BALANCE.
 */
export async function hire(
  env: Env,
  tx: Tx,
  caller: Caller,
  did: string,
  request: HireRequest,
  operationKey: string | undefined,
): Promise<{ hiring: HiringRow; agent: AgrentingAgentRow }> {
  const agent = await agentByDid(tx, did);
  const price = amountOf(request.price, 'allow-zero');
  const clientKey = request.client_idempotency_key;
  const clientFingerprint = clientKey === undefined ? undefined : fingerprintOf(did, price, request);
  const earlier = await earlierHiring(tx, caller.account, clientKey, clientFingerprint);
  if (earlier) return { hiring: earlier, agent };
  checkAvailable(agent);
  checkPrice(price, agent);
  checkCap(price, caller);
  refuseTokenInInput(request.task_input);
  const repoToken = await tokenFor(env, tx, caller.account, request);
  const hiring = await createHiring(env, tx, {
    userId: caller.account,
    agent,
    price,
    capability: request.capability_requested,
    description: request.task_description,
    deliveryMode: request.delivery_mode,
    clientMessage: request.client_message,
    taskInput: request.task_input,
    repoUrl: request.repo_url,
    repoToken,
    clientKey,
    clientFingerprint,
    operationKey: operationKey ?? (clientKey && `agrenting/${caller.account}/client/${hash(clientKey)}`),
  });
  return { hiring, agent };
}

/** Tries a failed hiring again, on the conditions of a new hire at the price of the old one. */
export async function hireAgain(
  env: Env,
  tx: Tx,
  caller: Caller,
  hiring: HiringRow,
  operationKey: string | undefined,
): Promise<HiringRow> {
  if (hiring.status === 'failed') {
    checkAvailable(await agentById(tx, hiring.agent_id));
    checkCap(hiring.price, caller);
  }
  const push = hiring.status === 'failed' && hiring.delivery_mode === 'push';
  const repoToken = push ? await storedOrRefused(env, tx, caller.account) : undefined;
  return await retryHiring(env, tx, hiring, { repoToken, operationKey });
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What makes two requests the same. A token may be a rotated one, so it does not count. */
function fingerprintOf(did: string, price: bigint, request: HireRequest): string {
  const { repo_access_token: _, client_idempotency_key: __, ...rest } = request;
  return hash(canonicalize({ ...rest, did, price: String(price) }) ?? '');
}

async function earlierHiring(
  tx: Tx,
  userId: string,
  clientKey: string | undefined,
  fingerprint: string | undefined,
): Promise<HiringRow | undefined> {
  if (clientKey === undefined) return undefined;
  const earlier = await tx
    .selectFrom('hirings')
    .selectAll()
    .where('user_id', '=', userId)
    .where('client_key', '=', clientKey)
    .executeTakeFirst();
  if (earlier && earlier.client_fingerprint !== fingerprint) {
    throw new ApiError(
      'IDEMPOTENCY_CONFLICT',
      'This client_idempotency_key was used for a different hire. Nothing was done; use a new key for a new hire.',
      { details: { hiring_id: [earlier.id] } },
    );
  }
  return earlier;
}

/** An agent that is merely offline is accepted: it is probed, and the price refunded when it does not answer. */
function checkAvailable(agent: AgrentingAgentRow): void {
  if (agent.status !== 'active') {
    throw new ApiError('AGENT_UNAVAILABLE', 'This agent does not take work at present. Choose another one.', {
      retriable: true,
    });
  }
  if (isBusy(agent)) {
    throw new ApiError('AGENT_BUSY', 'This agent has as many hirings as it takes. Try later or choose another one.', {
      details: { agent: ['agent_busy'] },
      retriable: true,
    });
  }
}

function checkPrice(price: bigint, agent: AgrentingAgentRow): void {
  if (price >= agent.base_price) return;
  const base = formatAmount(agent.base_price);
  throw new ApiError('INVALID_AMOUNT', `The price is below the base price of this agent, ${base} USD.`, {
    details: { price: [`must be at least ${base}`] },
  });
}

/** A price equal to the cap passes; free work always does; null is no cap. @throws {ApiError} FORBIDDEN. */
export function checkCap(price: bigint, caller: Caller): void {
  const cap = caller.maxPricePerHire;
  if (cap === null || price === 0n || price <= cap) return;
  throw new ApiError(
    'FORBIDDEN',
    `This key may spend at most ${formatAmount(cap)} USD per hire (max_price_per_hire), and this price is ${formatAmount(price)} USD.`,
    { details: { max_price_per_hire: [formatAmount(cap)] } },
  );
}

/** task_input is shown to both sides for ever, so a credential must not be in it. */
function refuseTokenInInput(input: Record<string, unknown> | undefined): void {
  if (!input || !('repo_access_token' in input)) return;
  throw invalid('task_input.repo_access_token', 'send the token in the field repo_access_token of the request itself');
}

/**
 * The token of a push-mode hiring: the one in the request, else the stored one. In output mode none is attached, even
 * when one was sent: nothing would need it.
 */
async function tokenFor(env: Env, tx: Tx, userId: string, request: HireRequest): Promise<string | undefined> {
  if (request.delivery_mode !== 'push') return undefined;
  if (request.repo_url === undefined) throw invalid('repo_url', 'is required for delivery_mode "push"');
  return request.repo_access_token ?? (await storedOrRefused(env, tx, userId));
}

async function storedOrRefused(env: Env, tx: Tx, userId: string): Promise<string> {
  const stored = await storedGithubToken(env, tx, userId);
  if (stored === undefined) {
    throw invalid('repo_access_token', 'is required for delivery_mode "push" while no GitHub token is stored');
  }
  return stored;
}

const invalid = (field: string, problem: string): ApiError =>
  new ApiError('VALIDATION_ERROR', 'The request is not valid.', { details: { [field]: [problem] } });
