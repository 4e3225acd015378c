import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Preview } from '../marketplaces/define.js';
import type { Confirmation, ConfirmationStore } from './confirmations.js';
import { canonical, sha256 } from './digest.js';
import * as refusals from './refusals.js';

/** Confirmations: bound to one call, one amount, one payee and one version of the resource; five minutes; used once. */

export const CONFIRMATION_MS = 5 * 60_000;
const MAX_WAITING = 100;
/** A clock that was set back further than this cannot tell how old a confirmation is. */
const CLOCK_SLACK_MS = 60_000;
const TOKEN = /^ctk_[A-Za-z0-9_-]{43}$/;

/** How a confirmed call came to be confirmed, as the result tells it. */
export type ConfirmedBy =
  | 'person, asked through the client'
  | 'person, with hirewire approve'
  | 'token only: the model may have spent it by itself, so this is not proof of consent'
  | 'nobody: --confirm never'
  | 'nobody: not above --confirm-above'
  | 'nobody: this tool needs no consent';

/** The hash over everything that a person sees and agrees to. A change voids the agreement. */
export function bindingOf(preview: Preview): string {
  const { amount, payee, version, spends } = preview;
  return sha256(canonical({ units: amount.units.toString(), currency: amount.currency, payee, version, spends }));
}

export interface Prepared {
  readonly confirmation: Confirmation;
  /** Shown once; only its hash is kept. */
  readonly token: string;
}

/** Writes down what would be agreed to, and makes a token for it. */
export async function prepareConfirmation(
  journal: ConfirmationStore,
  facts: { digest: string; tool: string; preview: Preview },
): Promise<Prepared> {
  if ((await journal.waiting()).length >= MAX_WAITING) throw refusals.tooManyWaiting();
  const token = `ctk_${randomBytes(32).toString('base64url')}`;
  const confirmation = await journal.addConfirmation({
    id: randomBytes(5).toString('hex'),
    token_hash: sha256(token),
    digest: facts.digest,
    tool: facts.tool,
    binding: bindingOf(facts.preview),
    sentence: facts.preview.sentence,
    ttlMs: CONFIRMATION_MS,
  });
  return { confirmation, token };
}

/** The idempotency key of whatever a confirmation is used for: the same confirmation can only ever be one effect. */
export const keyOf = (confirmation: Confirmation): string =>
  `hw_${sha256(`operation of ${confirmation.token_hash ?? confirmation.id}`).slice(0, 40)}`;

/**
 * The confirmation behind a token, checked against the call that presents it.
 * A token that was used is returned too: with the same call it only replays.
 * @throws {HirewireError} malformed, for another call, or void.
 */
export async function presented(journal: ConfirmationStore, token: string, digest: string): Promise<Confirmation> {
  if (!TOKEN.test(token)) throw refusals.malformed();
  const confirmation = await journal.confirmationByToken(sha256(token));
  if (!confirmation) throw refusals.malformed();
  if (!sameHash(confirmation.digest, digest)) {
    await journal.misused(confirmation.id);
    throw refusals.otherArguments();
  }
  if (confirmation.burnt === 1n) throw refusals.burnt();
  return confirmation;
}

/** @throws {HirewireError} when it has expired, or when what it was given for is no longer so. */
export function stillHolds(confirmation: Confirmation, preview: Preview, now: number): void {
  const setBack = confirmation.created_at > BigInt(now + CLOCK_SLACK_MS);
  if (setBack || confirmation.expires_at <= BigInt(now)) throw refusals.expired();
  if (!sameHash(confirmation.binding, bindingOf(preview))) throw refusals.resourceChanged();
}

export function confirmedBy(confirmation: Confirmation): ConfirmedBy {
  if (confirmation.approved_via === 'elicitation') return 'person, asked through the client';
  if (confirmation.approved_via === 'approve_command') return 'person, with hirewire approve';
  return 'token only: the model may have spent it by itself, so this is not proof of consent';
}

function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}
