import { z } from 'zod';
import { word } from '../../../untrusted.js';

/** Scalars of the Agrenting wire (contract notes §1.9). */

export const uuid = z.uuid();
/** A decimal USD string such as "25.00", at most 8 decimals. */
export const amount = z.string().regex(/^\d{1,10}(\.\d{1,8})?$/, 'must be a decimal string such as "25.00"');
/** In replies: a decimal string; some readers were seen to get a number. */
export const amountOut = z.union([z.string(), z.number()]).transform(String).pipe(word(40));
export const timestamp = word(40);
export const did = z
  .string()
  .regex(/^did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,200}$/, 'must be a DID such as did:agrenting:alice');
export const limit = z.coerce.number().int().min(1).max(100).default(20);
/** Query booleans arrive as text. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform((v) => v === true || v === 'true' || v === '1');
/** Any JSON object. */
export const jsonObject = z.record(z.string(), z.unknown());

/** What a cursor list carries beside its data (§1.5). */
export interface Paged<T> {
  readonly items: T[];
  readonly total: number;
  readonly cursor: string | null;
  readonly hasMore: boolean;
}
