import type { Preview, Tool } from '../marketplaces/define.js';
import { describeMoney } from '../money.js';
import type { Confirmation, ConfirmationStore } from './confirmations.js';
import { type ConfirmedBy, confirmedBy, prepareConfirmation, stillHolds } from './consent.js';
import { SANDBOX_NOTICE } from './notices.js';
import { isSmall, type SpendingPolicy } from './policy.js';
import * as refusals from './refusals.js';
import type { AccountFacts, GateAnswer, GateRequest, HostConsent } from './request.js';

/** A "no" faster than this came from a program, not from a person who read the question. */
export const NOBODY_IS_THIS_QUICK_MS = 250;

export interface Agreed {
  readonly kind: 'agreed';
  readonly by: ConfirmedBy;
  readonly confirmation?: Confirmation;
}

/** Whether somebody agreed to exactly this call; if not, how the person is asked: by the client, or by a token. */
export class Consent {
  constructor(
    private readonly store: ConfirmationStore,
    private readonly policy: SpendingPolicy,
    private readonly now: () => number,
  ) {}

  /** A "no" stops the call before anything else is looked at. @throws {HirewireError} */
  async checkAnswer({ answer }: HostConsent, asked: Confirmation): Promise<void> {
    if (!answer || answer.action === 'accept') return;
    await this.store.burn(asked.id);
    if (this.now() - Number(asked.created_at) < NOBODY_IS_THIS_QUICK_MS) throw refusals.declinedAtOnce();
    throw answer.action === 'decline' ? refusals.declined() : refusals.cancelled();
  }

  /** @throws {HirewireError} why the agreement that was brought along does not hold. */
  async obtain(
    request: Omit<GateRequest, 'call' | 'context'>,
    digest: string,
    preview: Preview,
    agreement: Confirmation | undefined,
  ): Promise<Agreed | GateAnswer> {
    const { tool, host, account } = request;
    const { confirm } = this.policy;
    if (!tool.confirm) return { kind: 'agreed', by: 'nobody: this tool needs no consent' };
    if (agreement && host.answer) return await this.accepted(agreement, preview);
    if (agreement) {
      stillHolds(agreement, preview, this.now());
      if (agreement.approved_via !== null || !this.mustAsk(host)) {
        return { kind: 'agreed', by: confirmedBy(agreement), confirmation: agreement };
      }
      // A model can fetch and spend a token by itself: where a person can be asked, that does not replace the question.
      return this.ask(agreement, preview, host, account);
    }
    if (confirm === 'never') return { kind: 'agreed', by: 'nobody: --confirm never' };
    if (isSmall(this.policy, preview.amount)) return { kind: 'agreed', by: 'nobody: not above --confirm-above' };
    const { confirmation, token } = await prepareConfirmation(this.store, { digest, tool: tool.name, preview });
    if (this.mustAsk(host)) return this.ask(confirmation, preview, host, account);
    return tokenAnswer(tool, confirmation, token, preview, account);
  }

  private mustAsk({ canAsk }: HostConsent): boolean {
    return this.policy.confirm === 'ask' || (this.policy.confirm === 'auto' && canAsk);
  }

  private ask(confirmation: Confirmation, preview: Preview, host: HostConsent, account: AccountFacts): GateAnswer {
    if (!host.canAsk) throw refusals.cannotAsk(confirmation.id);
    const question = account.sandbox ? `[sandbox, play money] ${preview.sentence}` : preview.sentence;
    return { kind: 'ask', confirmationId: confirmation.id, question };
  }

  private async accepted(asked: Confirmation, preview: Preview): Promise<Agreed> {
    if (asked.burnt === 1n) throw refusals.burnt();
    stillHolds(asked, preview, this.now());
    if (!(await this.store.approve(asked.id, 'elicitation'))) throw refusals.usedElsewhere();
    return { kind: 'agreed', by: 'person, asked through the client', confirmation: asked };
  }
}

/** For hosts that cannot ask: what would be done, and the token with which the same call does it. */
function tokenAnswer(
  tool: Tool,
  confirmation: Confirmation,
  token: string,
  preview: Preview,
  account: AccountFacts,
): GateAnswer {
  const argument = tool.marketplace === 'humans2ai' ? 'confirmationToken' : 'confirmation_token';
  const info = {
    id: confirmation.id,
    outcome: 'confirmation_required',
    replayed: false,
    preview: preview.sentence,
    amount: describeMoney(preview.amount),
    confirmation_token: token,
    approve_command: `hirewire approve ${confirmation.id}`,
    expires_at: new Date(Number(confirmation.expires_at)).toISOString(),
    next:
      `Nothing was changed yet. Show the preview to the person. When they agree, repeat this call with the same arguments and ${argument} ` +
      'set to the token; or they run the approve command in a terminal and you repeat the call. Never decide for them.',
    ...(account.sandbox ? { sandbox: SANDBOX_NOTICE } : {}),
  };
  return { kind: 'result', result: { operation: info } };
}
