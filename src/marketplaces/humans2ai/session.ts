import * as z from 'zod';
import { FOREIGN_TEXT_NOTE } from '../../untrusted.js';
import type { KeptWhere, ToolContext } from '../define.js';
import type { sessionResult } from './contract/results.js';

/** What register and login have in common: secrets are kept out of sight, and only a reference to them is shown. */

type Session = z.output<typeof sessionResult>;

export const sessionView = z.object({
  user: z.object({
    id: z.string().optional(),
    email: z.string().describe('As given in the call.'),
    balance: z.number().optional().describe('$A9token.'),
  }),
  signed_in: z.string().describe('Whether calls now use this account.'),
  account: z.string().describe('Its name here: the reference to its credential.'),
  expires_in: z.number().optional().describe('Seconds until the session ends.'),
  nextSteps: z.array(z.string().describe(FOREIGN_TEXT_NOTE)).optional(),
});

/** Hands the session to this process and to nobody else. */
export async function keepSession(session: Session, context: ToolContext): Promise<KeptWhere> {
  const { idToken, refreshToken } = session;
  const lasts = secondsOf(session);
  if (refreshToken) await context.keep({ role: 'humans2ai.agent', kind: 'refresh-token', value: refreshToken });
  return await context.keep({
    role: 'humans2ai.agent',
    kind: 'session',
    value: idToken,
    ...(lasts === undefined ? {} : { expiresAt: context.now() + lasts * 1_000 }),
  });
}

/** The answer without its secrets, also where the marketplace's advice repeats one. */
export function showSession(
  session: Session,
  kept: KeptWhere,
  { email, password, key }: { email: string; password: string; key?: string | undefined },
): z.output<typeof sessionView> {
  const { user, nextSteps, idToken, refreshToken } = session;
  const secrets = [password, idToken, refreshToken, key];
  const lasts = secondsOf(session);
  return {
    user: {
      email,
      ...(user ? { id: user.id } : {}),
      ...(user?.balance == null ? {} : { balance: user.balance }),
    },
    signed_in: kept.says,
    account: kept.account,
    ...(lasts === undefined ? {} : { expires_in: lasts }),
    ...(nextSteps ? { nextSteps: [nextSteps].flat().map((step) => without(secrets, step)) } : {}),
  };
}

function without(secrets: readonly (string | null | undefined)[], text: string): string {
  return secrets.reduce<string>((rest, secret) => (secret ? rest.replaceAll(secret, '[hidden]') : rest), text);
}

/** Firebase says seconds as text, others as a number. */
function secondsOf({ expiresIn }: Session): number | undefined {
  const seconds = Number(expiresIn ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
