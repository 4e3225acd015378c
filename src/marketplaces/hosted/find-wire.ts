import type { MountSettings } from '../../config/mounts.js';
import { HirewireError } from '../../errors.js';
import { log } from '../../log.js';
import { broken } from './faults.js';
import { HostedSession, type SessionOptions } from './session.js';
import { type Wire, wiresFor } from './wires.js';

/** These say something about the server, whichever way it is asked. */
const FINAL: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'CREDENTIAL_UNAVAILABLE'];

/** Opens a session over the wire that worked last, or over the first that works. @throws {HirewireError} */
export async function findWire(
  { name, kind, url }: Pick<MountSettings, 'name' | 'kind' | 'url'>,
  known: Wire | undefined,
  options: SessionOptions,
): Promise<HostedSession> {
  const wires = wiresFor({ kind, url });
  const isStillOurs = known && new URL(known.url).origin === url.origin;
  const tries = isStillOurs ? [known, ...wires] : wires;
  let best: unknown;
  for (const wire of tries) {
    for (const era of wire.era === 'auto' ? (['auto', 'legacy'] as const) : [wire.era]) {
      try {
        const session = await HostedSession.open({ ...wire, era }, options);
        log('debug', `mount ${name}: ${wire.kind}, ${session.wire.era}, at ${wire.url}`);
        return session;
      } catch (error) {
        log('debug', `mount ${name}: not ${wire.kind}, ${era}, at ${wire.url}`, error);
        if (isFinal(error)) throw error;
        // That something is not found says less than anything else.
        if (best === undefined || isNotFound(best)) best = error;
        if (isNotFound(error)) break;
      }
    }
  }
  throw isNotFound(best) ? broken(name, 'speaks none of the ways of MCP at this URL') : best;
}

function isFinal(error: unknown): boolean {
  if (!(error instanceof HirewireError)) return false;
  return (
    FINAL.includes(error.facts.code) ||
    (error.facts.code === 'UNAVAILABLE' && error.message.includes('cannot be reached'))
  );
}

const isNotFound = (error: unknown): boolean =>
  error instanceof HirewireError && [400, 404, 405, 406, 415, 501].includes(error.facts.httpStatus ?? 0);
