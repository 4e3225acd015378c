import { createHash, timingSafeEqual } from 'node:crypto';
import { localhostAllowedHostnames, validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';

/** Who may come in over HTTP: programs of this computer that have the token. */

export const MCP_PATH = '/mcp';

const SERVER_ERROR = -32_000;

/** A refusal that MCP clients can read. */
export const refused = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json({ jsonrpc: '2.0', error: { code: SERVER_ERROR, message }, id: null }, { status, headers });

/**
 * Refuses a request that is not for us. A web page that points a name of its own at this computer must not get in (DNS
 * rebinding), so every name that it carries has to be this machine's; and then the token decides.
 * @returns undefined for a request that may pass.
 */
export function refuseAtTheDoor(request: Request, token: string): Response | undefined {
  const { host, pathname } = new URL(request.url);
  const names = localhostAllowedHostnames();
  const isHere =
    validateHostHeader(request.headers.get('host'), names).ok &&
    validateHostHeader(host, names).ok &&
    validateOriginHeader(request.headers.get('origin'), names).ok;
  if (!isHere) return refused(403, 'This server answers only to names of this machine.');
  if (pathname !== MCP_PATH) return refused(404, `MCP is served at ${MCP_PATH}.`);
  const given = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (given !== undefined && isSame(given, token)) return undefined;
  const what = given === undefined ? 'The token is missing' : 'The token is wrong';
  const next = 'Send "Authorization: Bearer …" with the token that the server printed when it started.';
  return refused(401, `${what}. ${next}`, { 'www-authenticate': 'Bearer' });
}

/** In a time that says nothing of how much of it was right. */
function isSame(given: string, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
