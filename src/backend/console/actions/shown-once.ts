import { asObject } from '../../../marketplaces/envelope.js';

/** A sentence that ends with what an answer holds under a name: a secret that nobody can read again. */
export const shownOnce =
  (sentence: string, name: string) =>
  (data: unknown): string =>
    `${sentence}: ${String(asObject(data)?.[name] ?? 'it is missing')}`;
