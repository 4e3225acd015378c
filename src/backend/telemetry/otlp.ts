import type { Signal } from './settings.js';

/**
 * OTLP over HTTP in its JSON form, as far as we send it. The official packages are half as large as this whole program
 * (642 KiB bundled, against 1,280): two histograms and two kinds of span need a page.
 */

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export function keyValues(attributes: Attributes): { key: string; value: object }[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Nanoseconds since the epoch, as 64-bit integers are written in JSON. */
export const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n);

export const SCOPE = { name: 'hirewire', version: process.env.HIREWIRE_VERSION ?? '0.0.0' };

/** Sends one request and reads nothing of the answer but its status. @throws when it was not accepted. */
export async function exportTo(signal: Signal, body: object): Promise<void> {
  const response = await fetch(signal.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signal.headers },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(signal.timeoutMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the collector answered with ${response.status}`);
}
