import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { HirewireError } from '../errors.js';

/** Deeper arguments than this are refused before the canonicalizer, which recurses, sees them. */
const MAX_DEPTH = 64;

/** What makes two calls the same call. Secrets, keys and tokens are no part of it. */
export interface Identity {
  readonly marketplace: string;
  readonly account: string;
  readonly origin: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** SHA-256 over the canonical JSON (RFC 8785) of a call's identity, in hex. @throws {HirewireError} INVALID_ARGUMENTS. */
export function digestOf(identity: Identity): string {
  if (depthOf(identity.args) > MAX_DEPTH) {
    throw invalid(`The arguments are nested deeper than ${MAX_DEPTH} levels.`, 'Send flatter arguments.');
  }
  try {
    return sha256(canonical({ v: 1, ...identity }));
  } catch {
    // Half a surrogate pair, for example: no text, and no canonical form.
    throw invalid('The arguments hold something that is not valid JSON text.', 'Send plain Unicode text.');
  }
}

const invalid = (message: string, next: string): HirewireError =>
  new HirewireError({ code: 'INVALID_ARGUMENTS', message, changed: 'no', next, retrySafe: false });

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function canonical(value: unknown): string {
  return canonicalize(value) ?? 'null';
}

function depthOf(value: unknown): number {
  let depth = 0;
  let layer: unknown[] = [value];
  // Layer by layer instead of recursion: the input may be deeper than the stack.
  while (layer.length > 0 && depth <= MAX_DEPTH + 1) {
    layer = layer.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    depth += 1;
  }
  return depth;
}
