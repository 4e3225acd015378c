import { HirewireError } from '../errors.js';

/** A body that turned out larger, once decoded, than we are willing to hold. */
export class BodyTooLarge extends HirewireError {
  constructor(maxBytes: number) {
    super({
      code: 'BAD_REPLY',
      message: `The answer is larger than ${Math.round(maxBytes / 1024)} KiB and was not read.`,
      changed: 'unknown',
      next: 'Read the state with a get or list tool.',
      retrySafe: false,
    });
  }
}

/**
 * Reads a response body and stops at `maxBytes` of decoded data: a small compressed body can unfold to anything. It also
 * stops at once when the signal fires, whether or not the signal has found its way to the body.
 * @throws {BodyTooLarge} or the signal's reason.
 */
export async function readCapped(response: Response, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  try {
    for (let size = 0; ; ) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return Buffer.concat(chunks);
      size += value.byteLength;
      if (size > maxBytes) throw new BodyTooLarge(maxBytes);
      chunks.push(value);
    }
  } finally {
    // Closes the connection of a body that was not read to its end; otherwise it does nothing.
    reader.cancel().catch(() => undefined);
  }
}

/** The promise's outcome, or the signal's reason as soon as it fires. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Whoever stops waiting still has to take the outcome, or it counts as unhandled.
  promise.catch(() => undefined);
  if (signal.aborted) throw signal.reason;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  return await Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
