import { redact } from '../log.js';
import { asObject } from '../marketplaces/envelope.js';

/** What a hiring came to, as it is written down and sent: the same bytes at every attempt. */
export type Outcome =
  | { readonly kind: 'result'; readonly output: string | Readonly<Record<string, unknown>> }
  | { readonly kind: 'failure'; readonly reason: string };

/** The marketplace takes a text of so many characters; no text has more of them than bytes. */
export const OUTPUT_MAX = 200_000;
const REASON_MAX = 500;
const DEPTH_MAX = 32;

export const failure = (reason: string): Outcome => ({ kind: 'failure', reason: reason.slice(0, REASON_MAX) });

/**
 * A program's stdout as a result: a JSON object if it is one, else a text. Without any, the names of its files.
 * @returns undefined when there is neither.
 */
export function resultOf(stdout: Uint8Array, files: readonly string[]): Outcome | undefined {
  const text = redact(Buffer.from(stdout).toString('utf8')).trim().slice(0, OUTPUT_MAX);
  if (text !== '') return { kind: 'result', output: plainObject(text) ?? text };
  if (files.length === 0) return undefined;
  return { kind: 'result', output: `Delivered as ${files.length === 1 ? 'a file' : 'files'}: ${files.join(', ')}` };
}

/** The JSON object that a text is; undefined when it is none, or one that not every reader can take. */
function plainObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const object = asObject(JSON.parse(text));
    // Half a surrogate pair is no text, and recursive readers give up on what is nested without end.
    const plain = object && depthOf(object) <= DEPTH_MAX && !/\\u[dD][89a-fA-F]/.test(JSON.stringify(object));
    return plain ? object : undefined;
  } catch {
    return undefined;
  }
}

function depthOf(value: unknown): number {
  let depth = 0;
  for (let layer: unknown[] = [value]; layer.length > 0 && depth <= DEPTH_MAX; depth += 1) {
    layer = layer.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return depth;
}

/** As the journal keeps it. */
export const outcomeText = (outcome: Outcome): string => JSON.stringify(outcome);

/** What `outcomeText` wrote. @throws when it is something else. */
export function readOutcome(text: string): Outcome {
  const { kind, output, reason } = asObject(JSON.parse(text)) ?? {};
  if (kind === 'failure' && typeof reason === 'string') return { kind, reason };
  const result = typeof output === 'string' ? output : asObject(output);
  if (kind === 'result' && result !== undefined) return { kind, output: result };
  throw new Error('The journal holds an outcome that cannot be read.');
}
