import type { HttpHandler } from 'msw';
import { createBackend } from '../backend/index.js';
import { forwardingHandlers } from './handlers.js';

/**
 * Doubles of both marketplaces for the tests of programs that talk to them: MSW handlers that forward to the reference
 * backend, in this process and without a port. The types here are written out, so that what a user's compiler reads
 * names nothing of ours but this file.
 */

/** Both marketplaces, alive in this process. */
export interface MarketplaceDouble {
  /** For MSW's `setupServer`: everything that goes to either marketplace is answered by the double. */
  readonly handlers: HttpHandler[];
  /** Credentials of the demo accounts, to be sent as if they were real. */
  readonly credentials: DoubleCredentials;
  /**
   * Moves the double's clock forward. Whatever becomes due on the way happens: simulated agents and humans act,
   * deadlines pass. Nothing happens by itself.
   * @param ms milliseconds, 0 or more.
   * @returns how many things happened.
   */
  advance(ms: number): Promise<number>;
  /** Gives everything back. The handlers answer no more. */
  close(): Promise<void>;
}

/** One credential for each role. They are made anew by each double. */
export interface DoubleCredentials {
  readonly agrenting: {
    /** A hirer's token with every scope. With the seed "demo" it has 1,000.00 USD. */
    readonly hirer: string;
    /** The key of an agent that nothing simulates: yours, to be hired. */
    readonly agent: string;
    /** The DID of that agent. */
    readonly agent_did: string;
    /** The platform's own: rules on disputes and suspends agents. */
    readonly admin: string;
  };
  readonly humans2ai: {
    /** An agent's key with every permission. With the seed "demo" it has 12,000 $A9token. */
    readonly agent: string;
    /** The key of a human that nothing simulates: yours, to apply and to submit. */
    readonly human: string;
    readonly admin: string;
  };
  readonly agentdojo: {
    /** The key of an account. */
    readonly key: string;
    /** Its server: https://api.agentdojo.dev/mcp/<slug>. Only with the seed "demo". */
    readonly slug: string;
  };
}

export interface DoubleOptions {
  /** "demo" (the default): accounts with money, and a simulated other side. "empty": neither. */
  readonly seed?: 'demo' | 'empty';
  /** What the marketplaces do differently from their documents. */
  readonly settings?: DoubleSettings;
  /** Origins to answer for, such as "https://agrenting.example"; by default those of the real marketplaces. */
  readonly origins?: {
    readonly agrenting?: readonly string[];
    readonly humans2ai?: readonly string[];
    readonly agentdojo?: readonly string[];
    /** An agent deployed with PraisonAI, such as "http://localhost:8080"; nobody by default. */
    readonly praisonai?: readonly string[];
  };
  /** Where time comes from, in milliseconds since the epoch; by default the system. */
  readonly clock?: { now(): number };
  /** Where random bytes come from; by default the system. A repeatable source makes ids and credentials repeatable. */
  readonly random?: (bytes: number) => Uint8Array;
}

export interface DoubleSettings {
  /** Agrenting's fee in basis points, taken from the agent; by default 500n, which is 5 %. */
  readonly agrentingFee?: bigint;
  /** Humans2AI's fee in basis points, taken from the human; by default 1n, which is 0.01 %. */
  readonly humans2aiFee?: bigint;
  /** Whether Humans2AI's financial calls demand a confirmation token; by default not. */
  readonly enforceConfirmation?: boolean;
  /** Lower-case words for which Humans2AI refuses a task. */
  readonly riskWords?: readonly string[];
  /** Whether requests are counted and refused beyond the limits; by default they are. */
  readonly rateLimits?: boolean;
  /** PraisonAI as it really behaves (the default), or as its page prints it. */
  readonly praisonai?: 'real' | 'documented';
  /** Whether webhooks and callbacks may lead to this machine, where your receiver listens; by default not. */
  readonly loopbackTargets?: boolean;
}

/** Starts a double of both marketplaces, with a database in memory. */
export async function createMarketplaceDouble(options: DoubleOptions = {}): Promise<MarketplaceDouble> {
  const { origins, ...rest } = options;
  const backend = await createBackend(rest);
  return {
    handlers: forwardingHandlers((request) => backend.fetch(request), origins ?? {}),
    credentials: backend.credentials,
    advance: (ms) => backend.advance(ms),
    close: () => backend.close(),
  };
}
