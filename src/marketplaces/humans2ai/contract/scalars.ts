import * as z from 'zod';
import { word } from '../../../untrusted.js';

/** Scalars of the Humans2AI wire (contract notes §3). Money is a JSON number in $A9token. */

export const CURRENCY = '$A9token';

/** A reply's field that may be missing, null or of another kind than we expect: then it is left out, never an error. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

export const money = z.number();
export const timestamp = word(40);
/** An id in a request, such as task_a1b2c3d4. The kind of id is never read from its prefix. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be an id such as task_a1b2c3d4');
/** The four categories that the documents name come first; the other eleven are unknown, so any snake_case word goes. */
export const KNOWN_CATEGORIES = [
  'field_operations',
  'photography',
  'information_verification',
  'package_pickup',
] as const;
export const category = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, `must be a snake_case word such as ${KNOWN_CATEGORIES.join(', ')}`);
export const URGENCIES = ['low', 'medium', 'high', 'critical'] as const;
export const urgency = z.enum(URGENCIES);
/** A time with its offset from UTC; whether it is near or far enough is the marketplace's to say. */
export const deadline = z.iso.datetime({ offset: true, error: 'must be ISO 8601 with an offset or Z' });
/** 1 to 100,000 with at most 8 decimals. */
export const budget = z
  .number()
  .min(1)
  .max(100_000)
  .refine((value) => /^\d+(\.\d{1,8})?$/.test(String(value)), 'must have at most 8 decimals');

export const limit = z.number().int().min(1).max(100).default(20);
export const page = z.number().int().min(1).default(1);
/** The same in a query string, where everything is text. */
export const queryLimit = z.coerce.number().int().min(1).max(100).default(20);
export const queryPage = z.coerce.number().int().min(1).default(1);
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const pagination = z.looseObject({
  page: z.number(),
  pageSize: z.number(),
  totalItems: z.number(),
  totalPages: z.number(),
});
