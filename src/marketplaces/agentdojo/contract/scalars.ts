import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';

/** Scalars of AgentDojo's REST wire (contract notes §7). */

/** Ids are numbers in some samples and words in others. */
export const id = z.union([z.number().int(), z.string().min(1).max(100)]);
/** The same in a path. */
export const idInPath = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be an id');
export const serverId = z.coerce.number().int().min(1);
export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');
/** Of a tool or a toolkit. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be letters, digits, hyphens and underscores');
export const description = z.string().max(2_000);
export const uri = z
  .string()
  .min(3)
  .max(500)
  .regex(/^[a-z][a-z0-9+.-]*:\S+$/i, 'must be a URI such as db://users');
/** A JSON Schema of an object. */
export const inputSchema = z.looseObject({ type: z.literal('object') });
export const timestamp = word(40);
export const limit = z.coerce.number().int().min(1).max(100).default(20);
export const offset = z.coerce.number().int().min(0).max(100_000).default(0);
export const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

/** What a tool returns, over REST and over MCP. */
export const toolResult = z.looseObject({
  content: z.array(z.looseObject({ type: z.string(), text: foreignText(200_000).optional() })),
  isError: z.boolean(),
});
export const done = z.looseObject({ success: z.literal(true) });

/**
 * What all routes have in common: an account's key, and errors of their own where one record is named. All paths and
 * limits are documented; where the bodies are too, the route says so.
 */
export const common = { callers: ['user'], evidence: 'inferred' } as const;
export const ofOne = { ...common, errors: ['NOT_FOUND'] } as const;
