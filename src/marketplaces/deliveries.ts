import * as z from 'zod';
import { word } from '../untrusted.js';

/** The delivery log of a webhook, which both marketplaces show alike (ours: no document shows one). */

const time = word(40);

export const deliveryAttempt = z.looseObject({
  attempt: z.number(),
  at: time,
  /** HTTP status; missing where there was no answer. */
  status: z.number().optional(),
  error: word(200).optional(),
  /** How long it took, in milliseconds. */
  ms: z.number().optional(),
});

export const delivery = z.looseObject({
  id: word(),
  /** The same for every webhook that was told, and for a delivery that was sent again. */
  event_id: word(),
  event: word(60),
  /** What the order is kept for. */
  subject: word(),
  /** ready, queued (behind an earlier one about the same subject), delivered, failed (given up), dropped. */
  state: word(20),
  attempts: z.number(),
  last_status: z.number().optional(),
  last_error: word(200).optional(),
  /** The delivery that this one repeats. */
  resend_of: word().optional(),
  created_at: time,
  /** When it is tried next; only of one that is ready. */
  next_attempt_at: time.optional(),
  finished_at: time.optional(),
});

export const deliveryList = z.looseObject({
  deliveries: z.array(delivery),
  /** To be sent as `before` for the next page; missing on the last one. */
  next_before: z.number().optional(),
});

/** One delivery with its body, as it is sent, and everything that was tried. */
export const deliveryInFull = delivery.extend({ body: z.string(), log: z.array(deliveryAttempt) });

export const deliveryQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  before: z.coerce.number().int().min(1).optional(),
});

export const deliveryId = z.string().regex(/^dlv_[0-9a-f]{20}$/, 'must be the id of a delivery such as dlv_…');
