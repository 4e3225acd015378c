import * as z from 'zod';
import { HirewireError } from '../errors.js';
import type { Money } from '../money.js';
import { cleanLabel } from '../untrusted.js';
import type { ApiClient } from './api-client.js';

/**
 * How a tool is stated. Title, hints, toolset and both schemas are required by the type, so that a tool without them
 * does not compile. Handlers throw; the bridge's one wrapper does the rest.
 */

export type MarketplaceName = 'agrenting' | 'humans2ai' | 'hirewire';
export type Toolset = 'hirer' | 'agent' | 'tasks' | 'operations';
/** Whose credential a tool uses. */
export type AccountRole = 'agrenting.hirer' | 'agrenting.agent' | 'humans2ai.agent';

/** MCP's four hints, each of them stated. */
export interface Hints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  /** True only where repeating the same call is proven to have no second effect. */
  readonly idempotent: boolean;
  /** True wherever strangers wrote part of the answer. */
  readonly openWorld: boolean;
}

/** What a tool may use while it runs. */
export interface ToolContext {
  readonly api: ApiClient;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Tells a waiting client how far a long call is. */
  progress(done: number, total: number, message: string): Promise<void>;
  /** Resolves after `ms`, or rejects when the call is cancelled. */
  sleep(ms: number): Promise<void>;
  /** Puts a secret that a marketplace returned where the model does not see it; says where, and whether it is used. */
  keep(secret: KeptSecret): Promise<KeptWhere>;
  readonly spending: SpendingPort;
}

/** What tools may ask of the spending gate. */
export interface SpendingPort {
  /** Prepares a confirmation for a later call of a money tool with exactly these arguments. Nothing is changed. */
  prepare(tool: string, params: unknown): Promise<PreparedConfirmation>;
  /** What a call would do and cost. Nothing is changed, no token is made. */
  preview(tool: string, params: unknown): Promise<Preview & { readonly allowed: string }>;
  /** One operation by its id, settled first if it can be; undefined when the journal does not know it. */
  operation(id: string): Promise<OperationView | undefined>;
}

export interface PreparedConfirmation {
  readonly token: string;
  /** For `hirewire approve`. */
  readonly id: string;
  /** ISO time. */
  readonly expiresAt: string;
  readonly sentence: string;
}

/** An operation as it is shown: typed facts only. */
export interface OperationView {
  readonly id: string;
  readonly tool: string;
  readonly state: 'prepared' | 'sent' | 'done' | 'refused' | 'unknown';
  readonly amount: string;
  readonly payee: string;
  readonly confirmed_by: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly attempts: number;
  readonly error_code?: string;
  readonly result?: unknown;
  readonly next: string;
}

export interface KeptSecret {
  readonly role: AccountRole;
  readonly kind: 'api-key' | 'session' | 'refresh-token' | 'github-token';
  readonly value: string;
  /** When it stops working, milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** What became of a secret: a reference to it. */
export interface KeptWhere {
  readonly place: 'keychain' | 'memory' | 'nowhere';
  /** The name of the account that it belongs to. */
  readonly account: string;
  /** One sentence or phrase: whether it is used, and why it is not where it should be. */
  readonly says: string;
}

interface ToolFacts<In extends z.ZodObject, Out extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** First what it does, then when to use it, then what it costs or changes. */
  readonly description: string;
  readonly marketplace: MarketplaceName;
  readonly toolset: Toolset;
  readonly role: AccountRole;
  /** Whether it works before there is a credential (sign-up, login). */
  readonly anonymous?: boolean;
  readonly hints: Hints;
  readonly input: In;
  readonly output: Out;
}

/** A tool as the bridge holds it. */
export interface Tool extends ToolFacts<z.ZodObject, z.ZodObject> {
  /** A tool that moves no money by the model's decision. */
  readonly run?: (args: unknown, context: ToolContext) => Promise<Record<string, unknown>>;
  /** A tool that does; it is only ever run by the spending gate. */
  readonly money?: (args: unknown) => MoneyCall;
  /** Whether a person is asked before it acts. */
  readonly confirm?: boolean;
}

/** What a money tool states about one call before anything is sent: typed facts, read live. */
export interface Preview {
  /** One sentence for a person: who, what, how much, from which balance, fee, reversible or not. */
  readonly sentence: string;
  /** What is at stake; zero for a free hire. */
  readonly amount: Money;
  /** Whether the amount leaves the available balance with this call (and so counts against the limits). */
  readonly spends: boolean;
  /** Whether it binds or pays out escrowed money to the payee, although the available balance does not change. */
  readonly commits?: true;
  /** The other side as a typed id: a DID, a human's id, or "nobody" before one is chosen. */
  readonly payee: string;
  /** Everything else the person agreed to: status, submission, delivery mode. A change voids the agreement. */
  readonly version: Readonly<Record<string, string>>;
}

/** One call of a money tool with its validated arguments. */
export interface MoneyCall {
  /** The arguments without secrets and without keys and tokens: what makes two calls the same call. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Whether `identity` is all there is to send; false when a secret goes along, which is written down nowhere. */
  readonly resumable: boolean;
  readonly idempotencyKey: string | undefined;
  readonly confirmationToken: string | undefined;
  preview(context: ToolContext): Promise<Preview>;
  /** Sends it under a key. May be called again with the same key. Does nothing else: what it returns is journaled. */
  send(context: ToolContext, key: string): Promise<Record<string, unknown>>;
  /** What a caller may wait for after it is done and journaled (a first change of status). Must not fail. */
  follow?(context: ToolContext, result: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Looks for the effect, made since this ISO time, by reading only; undefined when reading cannot tell. */
  find?(context: ToolContext, since: string): Promise<Record<string, unknown> | undefined>;
}

interface PlainTool<In extends z.ZodObject, Out extends z.ZodObject> extends ToolFacts<In, Out> {
  run(args: z.output<In>, context: ToolContext): Promise<z.input<Out>>;
}

/** States a tool that reads, or that changes something without moving money. */
export function defineTool<In extends z.ZodObject, Out extends z.ZodObject>(tool: PlainTool<In, Out>): Tool {
  return { ...tool, run: async (args, context) => await tool.run(parseArgs(tool.input, args), context) };
}

interface MoneyTool<In extends z.ZodObject, Out extends z.ZodObject> extends ToolFacts<In, Out> {
  /** Arguments that are secrets: the closed list that stays out of digest, journal and preview. */
  readonly secrets?: readonly (keyof z.output<In> & string)[];
  /** Arguments that say how to wait for the answer, not what to do: no part of what makes two calls the same call. */
  readonly besides?: readonly (keyof z.output<In> & string)[];
  /** The argument that carries a confirmation token, where the tool asks for consent. */
  readonly tokenArgument?: 'confirmation_token' | 'confirmationToken';
  /** Whether a person is asked first. submit_hiring_result and report_hiring_failure settle money but need no consent. */
  readonly confirm: boolean;
  preview(args: z.output<In>, context: ToolContext): Promise<Preview>;
  send(args: z.output<In>, context: ToolContext, key: string): Promise<z.input<Out>>;
  follow?(args: z.output<In>, context: ToolContext, result: Record<string, unknown>): Promise<z.input<Out>>;
  find?(args: z.output<In>, context: ToolContext, since: string): Promise<z.input<Out> | undefined>;
}

/** What the spending gate adds to every money tool's result. Stated briefly: every money tool's schema carries it. */
export const operationInfo = z.looseObject({
  id: z.string().describe('For get_operation.'),
  outcome: z.enum(['done', 'confirmation_required']),
  replayed: z.boolean().describe('True: done earlier, nothing new happened.'),
  preview: z.string().optional(),
  confirmation_token: z.string().optional(),
  next: z.string().optional(),
});

/** States a tool that moves money. Its result is the marketplace's, plus `operation`; before consent only `operation`. */
export function defineMoneyTool<In extends z.ZodObject, Out extends z.ZodObject>(tool: MoneyTool<In, Out>): Tool {
  const { secrets = [], besides = [], tokenArgument } = tool;
  const apart = new Set<string>([
    ...secrets,
    ...besides,
    'confirmation_token',
    'confirmationToken',
    'idempotency_key',
    'idempotencyKey',
  ]);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    ...tool,
    output: tool.output.partial().extend({ operation: operationInfo }),
    money: (raw) => {
      const args = parseArgs(tool.input, raw);
      const given: Record<string, unknown> = { ...args };
      const { find, follow } = tool;
      return {
        identity: Object.fromEntries(Object.entries(given).filter(([name, v]) => !apart.has(name) && v !== undefined)),
        resumable: secrets.every((name) => given[name] === undefined),
        idempotencyKey: text(given.idempotency_key) ?? text(given.idempotencyKey),
        confirmationToken: tokenArgument === undefined ? undefined : text(given[tokenArgument]),
        preview: (context) => tool.preview(args, context),
        send: async (context, key) => await tool.send(args, context, key),
        ...(follow
          ? {
              follow: async (context: ToolContext, result: Record<string, unknown>) =>
                await follow(args, context, result),
            }
          : {}),
        ...(find ? { find: async (context: ToolContext, since: string) => await find(args, context, since) } : {}),
      };
    },
  };
}

/** @throws {HirewireError} INVALID_ARGUMENTS that names each problem and the arguments there are. */
export function parseArgs<S extends z.ZodObject>(schema: S, args: unknown): z.output<S> {
  const given = args ?? {};
  const known = Object.keys(schema.shape);
  const unknown = typeof given === 'object' ? Object.keys(given).filter((name) => !known.includes(name)) : [];
  const result = schema.safeParse(given);
  if (result.success && unknown.length === 0) return result.data;
  const problems = [
    ...unknown.map((name) => `${cleanLabel(name, 60)}: there is no such argument`),
    ...(result.error?.issues ?? []).map(
      (issue) => `${issue.path.map(String).join('.') || 'arguments'}: ${issue.message}`,
    ),
  ];
  throw new HirewireError({
    code: 'INVALID_ARGUMENTS',
    message: `${problems.slice(0, 10).join('; ')}.`,
    changed: 'no',
    next: `The arguments are: ${known.join(', ') || 'none'}. Correct them and call again.`,
    retrySafe: false,
  });
}
