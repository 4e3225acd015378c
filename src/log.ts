/** The only writer of logs: stderr, one line each, secrets removed by value. */

const secrets = new Set<string>();
const MIN_SECRET = 8;

/** From now on this value never appears in a log line or an error. Short values are ignored: they would blot out words. */
export function registerSecret(value: string | undefined): void {
  if (value !== undefined && value.length >= MIN_SECRET) secrets.add(value);
}

/** Replaces every registered secret in a text, also in its URL-encoded form. */
export function redact(text: string): string {
  let out = text;
  for (const secret of secrets)
    out = out.replaceAll(secret, '[redacted]').replaceAll(encodeURIComponent(secret), '[redacted]');
  return out;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
let threshold: LogLevel = 'info';

export function setLogLevel(level: LogLevel): void {
  threshold = level;
}

/** Writes one line to stderr. Errors are shown by name and message; their stacks only at level debug. */
export function log(level: LogLevel, message: string, error?: unknown): void {
  if (ORDER.indexOf(level) < ORDER.indexOf(threshold)) return;
  const cause = error === undefined ? '' : `: ${describeCause(error)}`;
  process.stderr.write(`hirewire ${level}: ${redact(`${message}${cause}`).replace(/\n/g, ' ⏎ ')}\n`);
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = threshold === 'debug' && error.stack ? error.stack : `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text} (cause: ${describeCause(error.cause)})`;
}
