import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { redact } from '../log.js';
import { cleanText } from '../untrusted.js';

/** A line as a program wrote it; `cut` when it went on for longer than is kept. */
export interface Line {
  readonly text: string;
  readonly cut: boolean;
}

const MAX_RAW = 5_120;
/** No secret is longer. The end of a line that was cut may be the first half of one. */
const MAX_SECRET = 600;
const MAX_SHOWN = 400;

/** Takes bytes and tells lines, also those of progress bars, which end with a carriage return. Blank ones are no lines. */
export class Lines {
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #cut = false;

  constructor(private readonly told: (line: Line) => void) {}

  push(bytes: Buffer): void {
    const parts = this.#decoder.write(bytes).split(/[\r\n]+/);
    const last = parts.pop() ?? '';
    for (const part of parts) {
      this.#append(part);
      this.end();
    }
    this.#append(last);
  }

  /** What was written last may have no line break. */
  end(): void {
    const line = { text: this.#text, cut: this.#cut };
    this.#text = '';
    this.#cut = false;
    if (line.text.trim() !== '') this.told(line);
  }

  #append(part: string): void {
    const room = MAX_RAW - this.#text.length;
    this.#text += part.slice(0, room);
    this.#cut ||= part.length > room;
  }
}

/** A line as the hirer and a terminal may see it: no escape sequences, nothing invisible, no secret, not long. */
export function presentable({ text, cut }: Line): string {
  // Cleaned first: what a secret was interrupted by would otherwise hide it from the redaction.
  const seen = cleanText(stripVTControlCharacters(text), 2 * MAX_RAW)
    .replace(/\s+/g, ' ')
    .trim();
  const safe = redact(seen);
  return cleanText(cut ? safe.slice(0, -MAX_SECRET) : safe, MAX_SHOWN);
}
