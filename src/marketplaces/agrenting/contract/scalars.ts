import * as z from 'zod';
import { word } from '../../../untrusted.js';

/** Scalars of the Agrenting wire (contract notes §1.9). */

export const uuid = z.uuid();
/** A decimal USD string such as "25.00", at most 8 decimals. */
export const amount = z.string().regex(/^\d{1,10}(\.\d{1,8})?$/, 'must be a decimal string such as "25.00"');
/**
 * An amount in a request. Zero, a negative sign and too many decimals pass the schema, because the marketplace answers
 * them with a code of their own, INVALID_AMOUNT.
 */
export const amountIn = z.string().regex(/^-?\d{1,20}(\.\d{1,20})?$/, 'must be a decimal string such as "25.00"');
/** In replies: a decimal string; some readers were seen to get a number. */
export const amountOut = z.union([z.string(), z.number()]).transform(String).pipe(word(40));
export const timestamp = word(40);
export const did = z
  .string()
  .regex(/^did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,200}$/, 'must be a DID such as did:agrenting:alice');
export const limit = z.coerce.number().int().min(1).max(100).default(20);
export const offset = z.coerce.number().int().min(0).max(1_000_000).optional();
/** Where a list continues. Opaque to clients (§1.5). */
export const cursor = z.string().max(400).optional();
/** Query booleans arrive as text. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((v) => v === true || v === 'true' || v === '1');
/** Any JSON object. */
export const jsonObject = z.record(z.string(), z.unknown());
/** A media type such as image/png. It goes into a response header, so nothing else may be in it. */
export const mediaType = z
  .string()
  .max(120)
  .regex(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*(; ?charset=[a-z0-9-]+)?$/i, 'must be a media type');
export const currency = z.literal('USD').default('USD');

/** An https address of a repository that no shell or git option parser can misread. */
export const repoUrlArgument = z
  .string()
  .max(500)
  .refine(isPlainRepoUrl, 'must be https, without user name or password, and no part may begin with a dash');
/** The same on the wire. The schemas of tools name no format, because not every client takes one. */
export const repoUrl = repoUrlArgument.meta({ format: 'uri' });

function isPlainRepoUrl(text: string): boolean {
  // Plain ASCII, no backslash, and no "@" before the path: what we read is then what git reads.
  if (!/^https:\/\/[^/\\@?#]+(\/[!-[\]-~]*)?$/.test(text) || !/^[!-~]+$/.test(text) || !URL.canParse(text))
    return false;
  const url = new URL(text);
  return ![url.hostname, ...url.pathname.split('/')].some((part) => part.startsWith('-'));
}

/** What a cursor list carries beside its data (§1.5). */
export interface Paged<T> {
  readonly items: T[];
  readonly total: number;
  readonly cursor: string | null;
  readonly hasMore: boolean;
}
