import { isUtf8 } from 'node:buffer';

/**
 * Splits a byte stream into lines without ever holding more than one frame's worth: a longer line is dropped as it
 * arrives and reported with its beginning and end, from which a request id can often be recovered.
 */
export type Frame =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'broken'; readonly why: string; readonly head: string; readonly tail: string };

const EDGE_BYTES = 4_096;
const NEWLINE = 0x0a;

export class Framer {
  private parts: Buffer[] = [];
  private size = 0;
  /** The beginning of a line that is being dropped. */
  private head: Buffer | undefined;

  constructor(private readonly maxBytes: number) {}

  /** @returns the frames that this chunk completes. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      // A flood of blank lines costs no more than the search for them.
      if (at > from || this.size > 0) {
        this.add(chunk.subarray(from, at));
        const frame = this.take();
        if (frame) frames.push(frame);
      }
      from = at + 1;
    }
    this.add(chunk.subarray(from));
    return frames;
  }

  private add(part: Buffer): void {
    if (part.length === 0) return;
    this.size += part.length;
    this.parts.push(part);
    if (this.size <= this.maxBytes) return;
    // From here on only the two ends are kept, as copies: a view would hold on to its whole chunk.
    const kept = Buffer.concat(this.parts);
    this.head ??= Buffer.from(kept.subarray(0, Math.min(EDGE_BYTES, this.maxBytes)));
    this.parts = [Buffer.from(kept.subarray(-EDGE_BYTES))];
  }

  private take(): Frame | undefined {
    const { head, size } = this;
    const bytes = this.parts.length === 1 && this.parts[0] ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [];
    this.size = 0;
    this.head = undefined;
    if (head) {
      const why = `The message is ${size} bytes; at most ${this.maxBytes} are read.`;
      return { kind: 'broken', why, head: head.toString(), tail: bytes.toString() };
    }
    // This takes a byte order mark away too: one before the first frame is no reason to lose it.
    const text = bytes.toString().trim();
    if (text === '') return undefined;
    if (isUtf8(bytes)) return { kind: 'line', text };
    return { kind: 'broken', why: 'The message is not valid UTF-8.', head: text, tail: '' };
  }
}
