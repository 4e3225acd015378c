import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { HirewireError } from '../../errors.js';
import { type Money, parseAmount } from '../../money.js';
import type { ToolContext } from '../define.js';
import { api } from './api.js';
import type { AgentProfile } from './contract/agents.js';
import type { Hiring } from './contract/hirings.js';
import { amount, did, uuid } from './contract/scalars.js';

/** Arguments, reads and waits that several Agrenting tools share. */

/** A UUID argument. Checked as in the contract, but stated to the model in two words instead of a long pattern. */
const id = z
  .string()
  .refine((text) => uuid.safeParse(text).success, 'must be a UUID')
  .meta({ format: 'uuid' });

export const hiringId = id.describe('From hire_agent or list_my_hirings.');
export const workId = id.describe('From list_pending_hirings.');
export const taskId = id.describe('A task of this agent; the id of a hiring works too.');
export const questionId = id.describe('From open_questions.');
export const artifactId = id.describe('From list_hiring_artifacts.');

export const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{8,128}$/, 'must be 8 to 128 letters, digits, or _ . : -')
  .optional()
  .describe(
    'Only to do the same thing a second time on purpose: give each its own key. Reuse the key when repeating a call.',
  );

export const confirmationToken = z
  .string()
  .max(200)
  .optional()
  .describe('From the first answer of this tool, after the person agreed. Leave it out at first.');

/** A key for one call that moves no money: a retry inside the call says the same thing once, another call says it again. */
export const keyOfThisCall = (): string => randomUUID();

/** One hiring with everything about it. An error names the id, because a call may be about several. */
export async function readHiring({ api: client, signal }: ToolContext, hiringId: string): Promise<Hiring> {
  return await client.call(api.getHiring, { params: { id: hiringId } }, { signal }).catch((error: unknown) => {
    if (!(error instanceof HirewireError)) throw error;
    const details = { ...error.facts.details, hiring_id: hiringId };
    throw new HirewireError({ ...error.facts, details }, { cause: error });
  });
}

/** The agent as it is listed now; undefined when this key may not read it and it is not on the first page. */
export async function readAgent(
  { api: client, signal }: ToolContext,
  agentDid: string,
): Promise<AgentProfile | undefined> {
  return await client.call(api.getAgent, { params: { did: agentDid } }, { signal }).catch(async (error: unknown) => {
    // The smallest documented set of scopes for hiring has agents:discover but not agents:read.
    if (!(error instanceof HirewireError) || error.facts.code !== 'FORBIDDEN') throw error;
    const listed = await client.call(api.listAgents, { query: { limit: 100 } }, { signal });
    return listed.find((candidate) => candidate.did === agentDid);
  });
}

/** For sentences that a person agrees to: a plain decimal from the wire, and nothing else that may stand there. */
export function plainAmount(value: string | null | undefined): string {
  return amount.safeParse(value).data ?? 'not readable';
}

/** What is held in escrow for a hiring; zero when the marketplace does not state it as a plain amount. */
export function heldFor(hiring: Hiring): Money {
  return { units: parseAmount(amount.safeParse(hiring.price).data ?? '0'), currency: 'USD' };
}

/** The DID of a hiring's agent, checked because it stands in sentences that a person agrees to. */
export function agentOf(hiring: Hiring): string {
  return did.safeParse(hiring.agent_did ?? hiring.agent?.did).data ?? 'an unnamed agent';
}

const POLL_MS = [500, 1_000, 1_500, 2_000];

/** Milliseconds between two looks: short at first, when most things happen. */
export const pollMs = (round: number): number => POLL_MS[Math.min(round, POLL_MS.length - 1)] ?? 2_000;

/** What is known of a hiring when a wait for it begins. */
export interface Started {
  readonly hiring_id: string;
  readonly status: string;
}

/**
 * Follows a hiring until its status changes or the time is over. Never fails, because the hire is done.
 * @returns the hiring as it was read last; undefined when it was not read.
 */
export async function waitForChange(
  context: ToolContext,
  started: Started,
  seconds: number,
): Promise<Hiring | undefined> {
  const stopAt = context.now() + seconds * 1_000;
  let latest: Hiring | undefined;
  for (let round = 0; (latest?.status ?? started.status) === started.status; round += 1) {
    const wait = Math.min(pollMs(round), stopAt - context.now());
    if (wait <= 0) break;
    try {
      await context.sleep(wait);
      latest = await readHiring(context, started.hiring_id);
    } catch {
      break;
    }
  }
  return latest;
}
