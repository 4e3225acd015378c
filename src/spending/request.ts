import type { MoneyCall, Tool, ToolContext } from '../marketplaces/define.js';

/** What comes to the gate, and what it answers. */

/** The account that a call is made for. */
export interface AccountFacts {
  /** Name and role, for example "agrenting.hirer/default". */
  readonly account: string;
  readonly origin: string;
  /** A fingerprint of the credential in use. */
  readonly credential: string;
  readonly sandbox: boolean;
}

/** What the host can do about asking a person, and what came back if it was asked. */
export interface HostConsent {
  readonly canAsk: boolean;
  readonly answer?: { readonly confirmationId: string; readonly action: 'accept' | 'decline' | 'cancel' };
}

export interface GateRequest {
  readonly tool: Tool;
  readonly call: MoneyCall;
  readonly account: AccountFacts;
  readonly context: ToolContext;
  readonly host: HostConsent;
}

/** Either a result, or a question for the person that the bridge carries to the client. */
export type GateAnswer =
  | { readonly kind: 'result'; readonly result: Record<string, unknown> }
  | { readonly kind: 'ask'; readonly confirmationId: string; readonly question: string };
