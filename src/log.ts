/** The only writer of logs: stderr, one line each, secrets removed by value. */

/** Every spelling of every secret, longest first: the rest of a longer one must not stay behind. */
let spellings: readonly string[] = [];
/** Each secret with how often it is registered, so that one user can forget what another one still has. */
const secrets = new Map<string, number>();
const MIN_SECRET = 8;
const MAX_LINE = 8_000;
const MAX_CAUSES = 5;
/** Lines that nobody reads are not kept: a flood of bad messages must not fill the memory. */
const MAX_UNREAD_BYTES = 1024 * 1024;

// A client that closes its end of stderr must not end the process in the middle of a payment.
process.stderr.on('error', () => undefined);

/**
 * From now on this value never appears in a log line or an error. Short values are ignored: they would blot out words.
 * @returns a function that forgets it again, for a secret that lives only as long as some piece of work.
 */
export function registerSecret(value: string | undefined): () => void {
  if (value === undefined) return () => undefined;
  let held = true;
  count(value, 1);
  return () => {
    if (held) count(value, -1);
    held = false;
  };
}

function count(value: string, change: 1 | -1): void {
  const times = (secrets.get(value) ?? 0) + change;
  if (times > 0) secrets.set(value, times);
  else secrets.delete(value);
  // Only the first and the last holder change what is known.
  if (times > 1 || (times === 1 && change === -1)) return;
  const known = new Set([...secrets.keys()].flatMap(spellingsOf));
  spellings = [...known].toSorted((a, b) => b.length - a.length);
}

function spellingsOf(value: string): string[] {
  return [value, value.trim()].flatMap((form) => {
    if (form.trim().length < MIN_SECRET) return [];
    // In JSON, in a URL, and in a form body. Half a surrogate pair cannot be in a URL at all.
    const whole = form.replace(/\p{Cs}/gu, '\ufffd');
    const inForm = new URLSearchParams([['', whole]]).toString().slice(1);
    return [form, JSON.stringify(form).slice(1, -1), encodeURIComponent(whole), inForm];
  });
}

/** Replaces every registered secret in a text, also as it is spelled in JSON and in a URL. */
export function redact(text: string): string {
  let out = text;
  for (const spelling of spellings) out = out.replaceAll(spelling, '[redacted]');
  return out;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
let threshold: LogLevel = 'info';

export function setLogLevel(level: LogLevel): void {
  threshold = level;
}

let asJson = false;

/** "json": one object a line, for programs that read logs. */
export function setLogFormat(format: 'text' | 'json'): void {
  asJson = format === 'json';
}

/** Writes a record with fields of its own, where logs are JSON; secrets are removed from it as from any line. */
export function logRecord(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
  if (isSilent(level)) return;
  const record = { time: new Date().toISOString(), level, message, ...fields };
  // JSON escapes what a terminal would act on, but not bidi marks and the like.
  const line = redact(JSON.stringify(record)).replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
  process.stderr.write(`${line}\n`);
}

const isSilent = (level: LogLevel): boolean =>
  ORDER.indexOf(level) < ORDER.indexOf(threshold) || process.stderr.writableLength > MAX_UNREAD_BYTES;

/** Writes one line to stderr. Errors are shown by name and message; their stacks only at level debug. */
export function log(level: LogLevel, message: string, error?: unknown): void {
  if (isSilent(level)) return;
  const cause = error === undefined ? '' : `: ${describeCause(error)}`;
  if (asJson) {
    logRecord(
      level,
      oneLine(message),
      error === undefined ? {} : { error: oneLine(describeCause(error)).slice(0, MAX_LINE) },
    );
    return;
  }
  // Cut after redaction: a secret cut in half would not be found any more.
  const line = oneLine(redact(`${message}${cause}`));
  process.stderr.write(`hirewire ${level}: ${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line}\n`);
}

/** What a terminal would act on (escape sequences, bidi marks, line breaks) becomes visible or blank. */
function oneLine(text: string): string {
  return text
    .trimEnd()
    .replace(/\r?\n/g, ' ⏎ ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

function describeCause(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return typeof error === 'object' ? 'an object that is no error' : String(error);
  const text = threshold === 'debug' && error.stack ? error.stack : `${error.name}: ${error.message}`;
  // A cause can be its own cause.
  if (error.cause === undefined || depth >= MAX_CAUSES) return text;
  return `${text} (cause: ${describeCause(error.cause, depth + 1)})`;
}
