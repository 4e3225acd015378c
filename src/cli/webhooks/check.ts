import { registerSecret } from '../../log.js';
import {
  type Refusal,
  TOLERANCE_MS,
  type Verdict,
  verifyAgrenting,
  verifyHumans2ai,
} from '../../webhooks/signature.js';

/** Which marketplace signed, with which secrets, and whether the signature holds. */

const SECRET_VARIABLE = 'HIREWIRE_WEBHOOK_SECRET';

/** From the environment; during a rotation the new and the previous one. */
export function secretsFrom(environment: NodeJS.ProcessEnv): string[] {
  const secrets = (environment[SECRET_VARIABLE] ?? '').split(/\s+/).filter(Boolean);
  for (const secret of secrets) registerSecret(secret);
  return secrets;
}

/** Humans2AI's header says "t=…", Agrenting's is base64 alone. */
export function checkSignature(
  body: Uint8Array,
  header: string,
  secrets: readonly string[],
  toleranceMs: number = TOLERANCE_MS,
): { marketplace: 'humans2ai' | 'agrenting'; verdict: Verdict } {
  if (/(^|,)\s*t=/.test(header)) {
    return { marketplace: 'humans2ai', verdict: verifyHumans2ai({ body, header, secrets, toleranceMs }) };
  }
  return { marketplace: 'agrenting', verdict: verifyAgrenting({ body, header, secrets }) };
}

export const REASONS: Readonly<Record<Refusal, string>> = {
  missing: 'there is no signature',
  malformed: 'the signature header is neither "t=…,v1=…" (Humans2AI) nor base64 of a SHA-256 HMAC (Agrenting)',
  'too-old': 'it was signed more than five minutes ago: a delivery of that age may be a replay',
  'from-the-future': 'it was signed more than five minutes from now: compare the clocks',
  mismatch: 'it was made with another secret, or over another body (the bytes count, not what they mean)',
  'no-secret': `no secret was given: set ${SECRET_VARIABLE}, or give it as the first line of stdin with --secret-stdin`,
};
