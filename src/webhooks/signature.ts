import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of webhook deliveries, as both marketplaces make them. The sandbox signs with these functions, and
 * `hirewire/webhooks` gives them to receivers.
 */

/** The documented age from which a Humans2AI delivery is refused, either way: clocks may differ. */
export const TOLERANCE_MS = 300_000;
/** During a rotation there are two signatures; more than a few are nonsense. */
const MAX_SIGNATURES = 8;
const MAX_HEADER = 4_096;

const hexOf = (secret: string, timestamp: string, body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(`v1:${timestamp}:`).update(body).digest('hex');

/**
 * The header `X-Humans2AI-Signature` ("V2" in its documents): `t=<ms>,v1=<hex>`, HMAC-SHA256 over `v1:{t}:{body}`.
 * @param secrets more than one while a secret is being rotated: each signs, so that either verifies.
 * @param atMs when it is sent, in milliseconds since the epoch.
 */
export function signHumans2ai(body: string | Uint8Array, secrets: readonly string[], atMs: number): string {
  const timestamp = String(Math.trunc(atMs));
  return [`t=${timestamp}`, ...secrets.map((secret) => `v1=${hexOf(secret, timestamp, body)}`)].join(',');
}

/** The header `X-Webhook-Signature` of Agrenting: base64 of HMAC-SHA256 over the body. It carries no time. */
export const signAgrenting = (body: string | Uint8Array, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** Why a signature was refused. */
export type Refusal = 'missing' | 'malformed' | 'too-old' | 'from-the-future' | 'mismatch' | 'no-secret';
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal };

export interface Humans2aiCheck {
  /** The bytes of the body as they arrived, before any parsing. */
  readonly body: string | Uint8Array;
  /** The value of `X-Humans2AI-Signature`. */
  readonly header: string | null | undefined;
  /** The secret of the webhook; during a rotation the new and the previous one. */
  readonly secrets: readonly string[];
  /** Now, in milliseconds since the epoch. */
  readonly nowMs?: number | undefined;
  /** How old a delivery may be; five minutes as documented. */
  readonly toleranceMs?: number | undefined;
}

/** Checks a delivery of Humans2AI: its signature in constant time, then its age. */
export function verifyHumans2ai(check: Humans2aiCheck): Verdict {
  const { header, secrets, body, nowMs = Date.now(), toleranceMs = TOLERANCE_MS } = check;
  const usable = secrets.filter((secret) => secret !== '');
  if (usable.length === 0) return refused('no-secret');
  if (!header) return refused('missing');
  const parts = header.length > MAX_HEADER ? [] : header.split(',').map((part) => part.trim());
  const times = parts.filter((part) => part.startsWith('t=')).map((part) => part.slice(2));
  const signatures = parts.filter((part) => /^v1=[0-9a-f]{64}$/i.test(part)).map((part) => part.slice(3).toLowerCase());
  const [timestamp] = times;
  if (timestamp === undefined || times.length !== 1 || !/^\d{1,16}$/.test(timestamp)) return refused('malformed');
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) return refused('malformed');
  const expected = usable.map((secret) => hexOf(secret, timestamp, body));
  // Every pair is compared, so that the time tells nothing about which one fits.
  const fits = expected.map((hex) => signatures.map((given) => equal(hex, given)).includes(true)).includes(true);
  if (!fits) return refused('mismatch');
  const age = nowMs - Number(timestamp);
  if (age > toleranceMs) return refused('too-old');
  return age < -toleranceMs ? refused('from-the-future') : { ok: true };
}

export interface AgrentingCheck {
  /** The bytes of the body as they arrived, before any parsing. */
  readonly body: string | Uint8Array;
  /** The value of `X-Webhook-Signature`. */
  readonly header: string | null | undefined;
  readonly secrets: readonly string[];
}

/**
 * Checks a delivery of Agrenting in constant time. Nothing in it says when it was sent: treat it as a hint, and read
 * the task before acting on it.
 */
export function verifyAgrenting({ body, header, secrets }: AgrentingCheck): Verdict {
  const usable = secrets.filter((secret) => secret !== '');
  if (usable.length === 0) return refused('no-secret');
  if (!header) return refused('missing');
  if (!/^[A-Za-z0-9+/]{43}=$/.test(header)) return refused('malformed');
  const fits = usable.map((secret) => equal(signAgrenting(body, secret), header)).includes(true);
  return fits ? { ok: true } : refused('mismatch');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const refused = (reason: Refusal): Verdict => ({ ok: false, reason });
