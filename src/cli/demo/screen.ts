import { stripVTControlCharacters } from 'node:util';
import { colourful, paint } from '../table.js';

/** What the demo shows: finished lines that stay, and on a terminal one live line below them that is redrawn. */

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
/** How long a step stays in sight on a terminal before the next one begins. */
const STEP_MS = 550;
const MARGIN = '  ';
const NAME_WIDTH = 24;

export class Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #animated: boolean;
  #frame = 0;

  /** @param fast no pauses for the eye: every line appears as soon as it is true. */
  constructor(fast: boolean, out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
    this.#animated = colourful() && !fast && process.env.TERM !== 'dumb';
  }

  /** Whether somebody is watching, so that time has to pass at a pace that can be followed. */
  get animated(): boolean {
    return this.#animated;
  }

  heading(text: string): void {
    this.print(`\n${MARGIN}${paint('bold', text)}`);
  }

  /** A finished step: its name (a tool's, or who acts) and what came of it. */
  done(name: string, text: string): void {
    this.print(`${MARGIN}${paint('green', '✔')} ${paint('cyan', name.padEnd(NAME_WIDTH))} ${text}`);
  }

  /** A step that waits for a person. */
  asks(name: string, text: string): void {
    this.print(`${MARGIN}${paint('yellow', '?')} ${paint('cyan', name.padEnd(NAME_WIDTH))} ${text}`);
  }

  /** A step that did not end as told. */
  failed(text: string): void {
    this.print(`${MARGIN}${paint('red', '✘')} ${text}`);
  }

  /** Text that belongs to the step above, wrapped. */
  note(text: string): void {
    const width = Math.min(this.#out.columns ?? 110, 110) - MARGIN.length - 4;
    for (const line of wrapped(text, width)) this.print(`${MARGIN}  ${paint('dim', '│')} ${line}`);
  }

  print(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
  }

  /** Lets the eye follow: some frames of the live line. Nothing, and at once, when nobody watches. */
  async linger(name: string, text: () => string, ms = STEP_MS): Promise<void> {
    for (let passed = 0; this.#animated && passed < ms; passed += FRAME_MS) await this.frame(name, text());
  }

  /** One frame of the live line. */
  async frame(name: string, text: string): Promise<void> {
    if (!this.#animated) return;
    const spinner = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    const line = `${MARGIN}${spinner} ${name.padEnd(NAME_WIDTH)} ${stripVTControlCharacters(text)}`;
    // A line that wraps could not be redrawn.
    this.#erase();
    this.#out.write(paint('dim', line.slice(0, (this.#out.columns ?? 80) - 1)));
    await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
  }

  #erase(): void {
    if (this.#animated) this.#out.write('\r\u001b[2K');
  }
}

/** Breaks a text into lines of at most `width` characters, at spaces. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const QUOTE = 76;

/** The first line of what somebody wrote, in quotes, so that it cannot pass for the demo's own words. */
export function quoted(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return `“${line.length > QUOTE ? `${line.slice(0, QUOTE)}…` : line}”`;
}
