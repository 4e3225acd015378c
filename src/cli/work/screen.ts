import type { Tally, WorkerEvent } from '../../worker/events.js';
import { paint } from '../table.js';

/** What `hirewire work` shows: a line for each event, and on a terminal a status line below them that is redrawn. */

export interface Now {
  readonly working: number;
  readonly tally: Tally;
}

export class WorkScreen {
  readonly #out: NodeJS.WriteStream;
  readonly #json: boolean;
  readonly #live: boolean;

  constructor(json: boolean, out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
    this.#json = json;
    this.#live = !json && out.isTTY === true && process.env.TERM !== 'dumb';
  }

  /** @param at milliseconds since the epoch. */
  show(event: WorkerEvent, now: Now, at: number): void {
    const time = new Date(at).toISOString();
    if (this.#json) return void this.#out.write(`${JSON.stringify({ at: time, ...event })}\n`);
    const [name, text] = line(event);
    const shown = text.replaceAll('\n', `\n${' '.repeat(MARGIN)}`);
    this.#erase();
    this.#out.write(
      `${paint('dim', time.slice(11, 19))} ${paint(COLOURS[event.event] ?? 'cyan', name.padEnd(10))} ${shown}\n`,
    );
    this.status(now);
  }

  status({ working, tally }: Now): void {
    if (!this.#live) return;
    const { delivered, failed, earned } = tally;
    const text = `${working} running · ${delivered} delivered · ${failed} failed · ${earned} USD earned, before fees`;
    this.#erase();
    // A line that wraps could not be redrawn.
    this.#out.write(paint('dim', text.slice(0, (this.#out.columns ?? 80) - 1)));
  }

  /** Leaves the terminal as it should be. */
  end(): void {
    this.#erase();
  }

  #erase(): void {
    if (this.#live) this.#out.write('\r\u001b[2K');
  }
}

const MARGIN = 20;
const COLOURS: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = {
  delivered: 'green',
  failed: 'red',
  trouble: 'red',
  dropped: 'yellow',
  left: 'yellow',
  waiting: 'yellow',
};

const short = (hiringId: string): string => hiringId.slice(0, 8);

/** An event in words: what happened, and to what. */
function line(event: WorkerEvent): readonly [string, string] {
  switch (event.event) {
    case 'started':
      return [
        event.event,
        `at ${event.sandbox ? 'the sandbox' : event.marketplace}, ${event.concurrency} at a time; Ctrl-C stops`,
      ];
    case 'taken': {
      const again = event.run > 1 ? ` (run ${event.run}: the worker died during the last one)` : '';
      return [event.event, `${short(event.hiring_id)} ${event.capability}, ${event.price} USD${again}`];
    }
    case 'progress':
      return [event.event, `${short(event.hiring_id)} ${event.text}`];
    case 'finished': {
      const left = event.left_out.length === 0 ? '' : `; left out: ${event.left_out.join(', ')}`;
      return [event.event, `${short(event.hiring_id)} ${event.files} files${left}`];
    }
    case 'delivered':
      return [event.event, `${short(event.hiring_id)} ${event.price} USD`];
    case 'failed':
    case 'dropped':
    case 'left':
      return [event.event, `${short(event.hiring_id)} ${event.reason}`];
    case 'waiting':
      return [event.event, `${short(event.hiring_id)} ${event.reason} Next try in ${event.retry_in_s} s.`];
    case 'trouble':
      return [event.event, `${event.reason} It is tried again.`];
    case 'recovered':
      return [event.event, 'the marketplace answers again'];
    case 'stopping':
      return [event.event, `${event.running} running, at most ${event.grace_s} s more. Ctrl-C again stops at once.`];
    case 'stopped':
      return [
        event.event,
        `${event.delivered} delivered, ${event.failed} failed, ${event.dropped} dropped, ${event.left} left; ${event.earned} USD earned, before fees`,
      ];
  }
}
