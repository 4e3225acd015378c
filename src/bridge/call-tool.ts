import { setMaxListeners } from 'node:events';
import type { Connections } from '../connections.js';
import { HirewireError } from '../errors.js';
import type { Tool, ToolContext } from '../marketplaces/define.js';
import type { GateAnswer, HostConsent, SpendingGate } from '../spending/gate.js';
import { errorResult, successResult, type ToolResult } from './result.js';
import type { Spending } from './spending.js';

/** What the transport side gives to a call. */
export interface CallRequest {
  readonly signal: AbortSignal;
  readonly host: HostConsent;
  progress(done: number, total: number, message: string): Promise<void>;
  /** Resolves when whoever waits for a change should look before its time. */
  news?(signal: AbortSignal): Promise<void>;
}

export type CallAnswer =
  | { readonly kind: 'result'; readonly result: ToolResult }
  | Extract<GateAnswer, { kind: 'ask' }>;

export interface CallDeps {
  readonly connections: Connections;
  readonly spending: Spending;
  readonly now: () => number;
}

/** The one wrapper around every tool: it maps errors, shapes results, carries abort and progress. */
export async function callTool(
  find: () => Tool | Promise<Tool>,
  args: unknown,
  request: CallRequest,
  deps: CallDeps,
): Promise<CallAnswer> {
  try {
    const tool = await find();
    const context = await contextFor(tool, request, deps);
    if (!tool.money) {
      if (!tool.run) throw new Error(`the tool ${tool.name} has neither run nor money`);
      return { kind: 'result', result: successResult(tool, await tool.run(args, context)) };
    }
    const call = tool.money(args);
    const { account } = await deps.connections.connect(tool.role);
    const gate: SpendingGate = await deps.spending.gate();
    const answer = await gate.run({ tool, call, account, context, host: request.host });
    if (answer.kind === 'ask') return answer;
    return { kind: 'result', result: successResult(tool, answer.result) };
  } catch (error) {
    if (error instanceof HirewireError && error.facts.code === 'OUTCOME_UNKNOWN') deps.spending.follow(error);
    return { kind: 'result', result: errorResult(error) };
  }
}

/** The context of a tool: its account's client, and what the bridge can do for it. */
export async function contextFor(
  tool: Pick<Tool, 'role' | 'anonymous' | 'marketplace'>,
  request: Omit<CallRequest, 'host'>,
  { connections, spending, now }: CallDeps,
): Promise<ToolContext> {
  // Every request of a call listens to it, and a call that waits for fifty hirings sends as many: that is no leak.
  setMaxListeners(0, request.signal);
  const connection = tool.marketplace === 'hirewire' ? undefined : await connections.connect(tool.role, tool.anonymous);
  return {
    get api() {
      if (!connection) throw new Error('this tool has no marketplace');
      return connection.api;
    },
    signal: request.signal,
    now,
    progress: request.progress,
    sleep: (ms) => sleep(ms, request),
    keep: (secret) => connections.keep(secret),
    spending: spending.port(request),
  };
}

function sleep(ms: number, { signal, news }: Pick<CallRequest, 'signal' | 'news'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      over.abort();
    };
    const wake = () => {
      end();
      resolve();
    };
    const stop = () => {
      end();
      reject(
        new HirewireError({
          code: 'CANCELLED',
          message: 'The wait was cancelled.',
          changed: 'no',
          next: 'Call again to go on waiting.',
          retrySafe: true,
        }),
      );
    };
    const timer = setTimeout(wake, ms);
    news?.(over.signal).then(wake, () => undefined);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
