import { randomBytes } from 'node:crypto';
import { HirewireError } from '../errors.js';
import { log } from '../log.js';
import type { PreparedConfirmation, Preview } from '../marketplaces/define.js';
import { formatAmount } from '../money.js';
import { Consent } from './asking.js';
import { keyOf, prepareConfirmation, presented } from './consent.js';
import { canonical, digestOf } from './digest.js';
import { Executor, type Outcome } from './execute.js';
import { type Passing, point } from './failpoints.js';
import type { Confirmation, Journal, Operation } from './journal.js';
import { SANDBOX_NOTICE } from './notices.js';
import { checkDay, checkPolicy, type SpendingPolicy } from './policy.js';
import * as refusals from './refusals.js';
import type { AccountFacts, GateAnswer, GateRequest, HostConsent } from './request.js';
import { isOpen } from './schema.js';

export type { AccountFacts, GateAnswer, GateRequest, HostConsent } from './request.js';

const TWIN_MS = 10 * 60_000;

/**
 * The one door that every call that moves money goes through: which operation is it, is it within the limits, what
 * exactly would it do, did somebody agree to exactly that; then it is written down, sent once, and written down again.
 */
export class SpendingGate {
  readonly executor: Executor;
  private readonly consent: Consent;

  constructor(
    private readonly journal: Journal,
    private readonly policy: SpendingPolicy,
    private readonly now: () => number,
    private readonly pass: Passing = point,
  ) {
    this.executor = new Executor(journal, now, pass);
    this.consent = new Consent(journal, policy, now);
  }

  async run(request: GateRequest): Promise<GateAnswer> {
    const { tool, call, account, context } = request;
    const digest = digestFor(request);
    const chosen = await this.choose(request, digest);
    if ('operation' in chosen) return await this.goOn(chosen.operation, request);
    if (chosen.agreement) await this.consent.checkAnswer(request.host, chosen.agreement);

    const preview = await call.preview(context);
    await this.checkLimits(preview);
    const consent = await this.consent.obtain(request, digest, preview, chosen.agreement);
    if (consent.kind !== 'agreed') return consent;

    this.pass('P0');
    const { confirmation } = consent;
    const operation = await this.journal.prepare(
      {
        key: chosen.key ?? (confirmation ? keyOf(confirmation) : `hw_${randomBytes(20).toString('hex')}`),
        tool: tool.name,
        marketplace: tool.marketplace,
        role: tool.role,
        account: account.account,
        origin: account.origin,
        credential: account.credential,
        digest,
        args: canonical(call.identity),
        with_secret: call.resumable ? 0n : 1n,
        amount: preview.amount.units,
        currency: preview.amount.currency,
        spends: preview.spends ? 1n : 0n,
        payee: preview.payee,
        confirmed_by: consent.by,
      },
      {
        policy: this.policy,
        confirmation: confirmation?.id,
        twinsSince: chosen.key === undefined ? this.twinsSince() : undefined,
      },
    );
    if (operation.digest !== digest) throw refusals.keyForOtherCall();
    return await this.goOn(operation, request);
  }

  /**
   * Which operation is it? An explicit key says so; else the one that the agreement was used for; else an unresolved
   * one with this digest. A finished twin is refused: a token or a "yes" is no sign that a second one is meant, because
   * both may have been asked for before the first one was done.
   */
  private async choose(
    request: GateRequest,
    digest: string,
  ): Promise<{ operation: Operation } | { key?: string; agreement?: Confirmation }> {
    const { call, host } = request;
    const given = await this.givenAgreement(request, digest);
    const key = call.idempotencyKey;
    if (key !== undefined) {
      const known = await this.journal.byKey(key);
      if (known && known.digest !== digest) throw refusals.keyForOtherCall();
      if (known) return { operation: known };
      if (given && given.used_by !== null) throw refusals.usedElsewhere();
      return await this.withAgreement({ key }, given, host, digest);
    }
    if (given && given.used_by !== null) {
      const used = await this.journal.byKey(given.used_by);
      if (used) return { operation: used };
    }
    const open = await this.journal.unresolved(digest);
    if (open) return { operation: open };
    const twin = await this.journal.finishedTwin(digest, this.twinsSince());
    if (twin) throw refusals.possibleDuplicate(twin);
    return await this.withAgreement({}, given, host, digest);
  }

  /** The confirmation that this call brings along: by its token, or by the person's answer to a question. */
  private async givenAgreement({ call, host }: GateRequest, digest: string): Promise<Confirmation | undefined> {
    if (!host.answer) {
      const token = call.confirmationToken;
      return token === undefined ? undefined : await presented(this.journal, token, digest);
    }
    const asked = await this.journal.confirmation(host.answer.confirmationId);
    if (!asked) throw refusals.malformed();
    if (asked.digest !== digest) throw refusals.otherArguments();
    return asked;
  }

  private async withAgreement<T extends object>(
    chosen: T,
    given: Confirmation | undefined,
    host: HostConsent,
    digest: string,
  ): Promise<T & { agreement?: Confirmation }> {
    const agreement = given ?? (host.answer ? undefined : await this.journal.approved(digest));
    return agreement ? { ...chosen, agreement } : chosen;
  }

  private twinsSince = (): number => this.now() - TWIN_MS;

  private async checkLimits(preview: Preview): Promise<void> {
    checkPolicy(this.policy, preview);
    if (!preview.spends) return;
    checkDay(this.policy, preview.amount, await this.journal.spentToday(preview.amount.currency));
  }

  /** Resumes what is open, replays what is done, and tells what was refused. */
  private async goOn(operation: Operation, request: GateRequest): Promise<GateAnswer> {
    const { call, context, account } = request;
    if (!isOpen(operation)) return this.result(operation, this.executor.settled(operation), account);
    if (operation.credential !== account.credential) throw otherCredential(operation);
    const outcome = await this.executor.execute(operation, call, context);
    if (outcome.replayed || !call.follow) return this.result(operation, outcome, account);
    // It is paid: whatever goes wrong while waiting for more must not turn that into an error.
    const latest = await call.follow(context, outcome.result).catch((error: unknown) => {
      log('warn', `waiting after ${operation.key} failed`, error);
      return outcome.result;
    });
    return this.result(operation, { ...outcome, result: latest }, account);
  }

  private result(operation: Operation, { result, replayed }: Outcome, account: AccountFacts): GateAnswer {
    const info = {
      id: operation.key,
      outcome: 'done',
      replayed,
      confirmed_by: operation.confirmed_by,
      amount: `${formatAmount(operation.amount)} ${operation.currency}`,
      ...(replayed
        ? { next: 'This was done earlier and was not done again. Read the current state before going on.' }
        : {}),
      ...(account.sandbox ? { sandbox: SANDBOX_NOTICE } : {}),
    };
    return { kind: 'result', result: { ...result, operation: info } };
  }

  /** For request_confirmation: the same token as a first call would hand out. */
  async prepare(request: Omit<GateRequest, 'host'>): Promise<PreparedConfirmation> {
    const digest = digestFor(request);
    if (request.call.idempotencyKey === undefined) {
      const twin = await this.journal.finishedTwin(digest, this.twinsSince());
      if (twin) throw refusals.possibleDuplicate(twin);
    }
    const preview = await request.call.preview(request.context);
    await this.checkLimits(preview);
    const made = await prepareConfirmation(this.journal, { digest, tool: request.tool.name, preview });
    return {
      token: made.token,
      id: made.confirmation.id,
      expiresAt: new Date(Number(made.confirmation.expires_at)).toISOString(),
      sentence: preview.sentence,
    };
  }

  /** A dry run: the preview, and whether the person's settings would let it through. */
  async preview(request: Omit<GateRequest, 'host'>): Promise<Preview & { allowed: string }> {
    const preview = await request.call.preview(request.context);
    try {
      await this.checkLimits(preview);
    } catch (error) {
      if (!(error instanceof HirewireError)) throw error;
      return { ...preview, allowed: `no: ${error.facts.message}` };
    }
    return { ...preview, allowed: 'yes' };
  }
}

function digestFor(request: Pick<GateRequest, 'tool' | 'call' | 'account'>): string {
  const { tool, call, account } = request;
  const { marketplace, name } = tool;
  return digestOf({ marketplace, account: account.account, origin: account.origin, tool: name, args: call.identity });
}

function otherCredential(operation: Operation): HirewireError {
  return refusals.stillOpen(
    operation.key,
    `The operation ${operation.key} is still open and was made with another credential of this account.`,
    'Ask the person to start Hirewire with the earlier credential once, or to compare the marketplace with what is wanted.',
  );
}
