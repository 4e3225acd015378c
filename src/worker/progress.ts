import type { Clock } from './clock.js';
import { type Line, presentable } from './lines.js';

/** Lines that come close together become one message. */
const GATHER_MS = 1_000;
/** Three a minute, however much a program says. */
const EVERY_MS = 20_000;
/** So many programs may each say that much; more of them share it, because the marketplace counts all requests. */
const AT_ONCE = 6;
const MOST_MESSAGES = 100;
const LINES_KEPT = 20;
const MAX_MESSAGE = 1_000;
/** The last message is worth this much of a wait, no more: the result is what counts. */
const PATIENCE_MS = 5_000;

/** Turns what a program writes to stderr into a few messages to the hirer. A message that is lost is not sent again. */
export class Progress {
  #lines: Line[] = [];
  #skipped = 0;
  #messages = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #later: Promise<void> | undefined;
  readonly #end = new AbortController();

  readonly #everyMs: number;

  /** @param beside how many programs may run at a time. */
  constructor(
    private readonly clock: Clock,
    private readonly send: (text: string) => Promise<void>,
    beside = 1,
  ) {
    this.#everyMs = EVERY_MS * Math.max(1, beside / AT_ONCE);
  }

  line(line: Line): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT) {
      this.#lines.shift();
      this.#skipped += 1;
    }
    if (this.#messages < MOST_MESSAGES) this.#later ??= this.#sendLater();
  }

  /** Says what is left to say. */
  async finish(): Promise<void> {
    this.stop();
    await this.#later;
    const patience = new AbortController();
    const said = this.#flush().finally(() => patience.abort());
    await Promise.race([said, this.clock.sleep(PATIENCE_MS, patience.signal)]);
  }

  /** Nothing more is said. */
  stop(): void {
    this.#end.abort();
  }

  async #sendLater(): Promise<void> {
    const due = Math.max(GATHER_MS, this.#sentAt + this.#everyMs - this.clock.now());
    await this.clock.sleep(due, this.#end.signal);
    if (this.#end.signal.aborted) return;
    await this.#flush();
    this.#later = this.#lines.length > 0 && this.#messages < MOST_MESSAGES ? this.#sendLater() : undefined;
  }

  async #flush(): Promise<void> {
    const text = this.#take();
    if (text === '') return;
    this.#messages += 1;
    this.#sentAt = this.clock.now();
    await this.send(text).catch(() => undefined);
  }

  /** The newest lines that fit, in order, with how many there were before them. */
  #take(): string {
    const shown: string[] = [];
    let length = 0;
    let skipped = this.#skipped;
    for (const line of this.#lines.toReversed()) {
      const text = presentable(line);
      length += text.length + 1;
      if (length > MAX_MESSAGE) skipped += 1;
      else if (text !== '') shown.unshift(text);
    }
    this.#lines = [];
    this.#skipped = 0;
    if (shown.length === 0) return '';
    return [...(skipped > 0 ? [`(${skipped} earlier lines left out)`] : []), ...shown].join('\n');
  }
}
