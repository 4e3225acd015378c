import { asObject } from '../../marketplaces/envelope.js';

/** JSON-RPC 2.0 as far as MCP uses it. Parsing is strict about shape and silent about fields that it does not know. */

export type RpcId = string | number;

export interface RpcRequest {
  readonly kind: 'request';
  readonly id: RpcId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface RpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the other side answers to a request of ours. */
export interface RpcAnswer {
  readonly kind: 'answer';
  readonly id: RpcId;
  readonly ok: boolean;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcAnswer;

/** The codes that the guides list, and the two of JSON-RPC for what is no message at all. */
export const RPC = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const;

/** A protocol error: it becomes the `error` of the answer. */
export class RpcError extends Error {
  override name = 'RpcError';
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

const MAX_BODY = 8 * 1024 * 1024;

/** The messages in a body, or what is wrong with it: it may have to be counted before it can be refused. */
export function readMessages(text: string): readonly RpcMessage[] | RpcError {
  try {
    if (text.length > MAX_BODY) throw new RpcError(RPC.invalidRequest, 'The body is larger than 8 MiB.');
    return parseMessages(text);
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
}

/** @throws {RpcError} for what is not JSON, or no message, or an empty or overlong list of messages. */
function parseMessages(text: string): readonly RpcMessage[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) return [messageOf(value)];
  if (value.length === 0 || value.length > MOST_IN_BATCH) {
    throw new RpcError(RPC.invalidRequest, `A batch has 1 to ${MOST_IN_BATCH} messages.`);
  }
  return value.map(messageOf);
}

const MOST_IN_BATCH = 50;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RpcError(RPC.parse, 'The body is not valid JSON.');
  }
}

function messageOf(value: unknown): RpcMessage {
  const message = Array.isArray(value) ? undefined : asObject(value);
  if (message?.jsonrpc !== '2.0') throw notRpc();
  const { id, method, params } = message;
  const isId = typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id));
  if (method === undefined) {
    if (!isId || !('result' in message || 'error' in message)) throw notRpc();
    return { kind: 'answer', id, ok: 'result' in message };
  }
  if (typeof method !== 'string' || (id !== undefined && !isId)) throw notRpc();
  if (params !== undefined && (Array.isArray(params) || !asObject(params))) throw notRpc();
  const given = asObject(params) ?? {};
  return isId ? { kind: 'request', id, method, params: given } : { kind: 'notification', method, params: given };
}

const notRpc = () => new RpcError(RPC.invalidRequest, 'The body is not a JSON-RPC 2.0 message.');

export const resultOf = (id: RpcId, result: unknown): object => ({ jsonrpc: '2.0', id, result });

/** @param id null when the message had none that could be read. */
export const errorOf = (id: RpcId | null, error: RpcError): object => ({
  jsonrpc: '2.0',
  id,
  error: { code: error.code, message: error.message, ...(error.data === undefined ? {} : { data: error.data }) },
});
