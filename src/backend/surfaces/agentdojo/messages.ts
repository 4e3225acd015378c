import { asObject } from '../../../marketplaces/envelope.js';
import { RPC, RpcError } from '../json-rpc.js';

/** JSON-RPC as AgentDojo takes it (contract notes §7): any id is echoed, and what has none is a notification. */

export interface DojoRequest {
  /** undefined for a notification. */
  readonly id: unknown;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const MAX_BODY = 8 * 1024 * 1024;

/** What a body asks for; or what is wrong with it, for whom. */
export function readRequest(text: string): DojoRequest | { readonly id: unknown; readonly wrong: RpcError } {
  const message = text.length > MAX_BODY ? undefined : asObject(parseJson(text));
  const id = message?.id;
  const refuse = (why: string) => ({ id: id ?? null, wrong: new RpcError(RPC.invalidRequest, why) });
  if (!message) return refuse('Invalid Request: the body is not a JSON object');
  const { jsonrpc, method, params = {} } = message;
  if (jsonrpc !== '2.0') return refuse('Invalid Request: jsonrpc must be "2.0"');
  if (typeof method !== 'string' || method === '') return refuse('Invalid Request: method is required');
  const given = asObject(params);
  if (!given) return { id: id ?? null, wrong: new RpcError(RPC.invalidParams, 'Invalid params: must be an object') };
  return { id, method, params: given };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const answer = (id: unknown, result: unknown): object => ({ jsonrpc: '2.0', id, result });

export const failure = (id: unknown, { code, message }: RpcError): object => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});
