/** A refusal with one of the marketplace's own codes; its status comes from the marketplace's code table. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
    readonly options: {
      readonly details?: unknown;
      readonly retryAfter?: number;
      /** A new key may succeed later (Agrenting's failed_retriable), for example after a deposit. */
      readonly retriable?: boolean;
    } = {},
  ) {
    super(message);
  }
}
