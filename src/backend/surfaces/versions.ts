import { RPC, RpcError } from './json-rpc.js';

/** Which protocol versions the transports speak. */

/** That of the guides, and of HTTP+SSE. */
const SSE_VERSION = '2024-11-05';
/** Those with a handshake over Streamable HTTP, the newest first. */
const HTTP_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

/**
 * The guides refuse a wrong version. A client that asks for a later revision of MCP is no such case: it is told which
 * version is spoken here and decides itself, as the protocol has it. No current client could connect otherwise.
 */
export function negotiateSse(asked: unknown): string {
  if (asked === SSE_VERSION || HTTP_VERSIONS.some((version) => version === asked)) return SSE_VERSION;
  throw unsupported(asked);
}

/** What the client asks for when it is spoken here, else the newest. @throws {RpcError} for what is no version. */
export function negotiateHttp(asked: unknown): string {
  if (typeof asked !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(asked)) throw unsupported(asked);
  return [SSE_VERSION, ...HTTP_VERSIONS].find((version) => version === asked) ?? HTTP_VERSIONS[0];
}

/** Whether a request may carry this MCP-Protocol-Version header; without one it may. */
export const speaks = (header: string | null): boolean =>
  header === null || header === SSE_VERSION || HTTP_VERSIONS.some((version) => version === header);

function unsupported(asked: unknown): RpcError {
  const named = typeof asked === 'string' ? asked.slice(0, 40) : 'missing';
  return new RpcError(RPC.invalidParams, `Unsupported protocol version (${named}). Supported: ${SSE_VERSION}`);
}
