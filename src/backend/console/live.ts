import { sql } from 'kysely';
import type { Env } from '../env.js';
import { EventStream, KEEP_ALIVE, sseEvent } from '../surfaces/event-stream.js';

/** How often the database is asked whether it has changed, while a page is open. */
const LOOK_MS = 200;
const KEEP_ALIVE_LOOKS = 75;

/**
 * Tells open pages that something changed. It asks the database and no part of the backend, because the sandbox's file
 * may be shared: what another process does is seen as well, for example the bridge of an assistant.
 */
export class Live {
  private readonly streams = new Set<EventStream>();
  private timer: NodeJS.Timeout | undefined;
  private seen = '';
  private looks = 0;
  private looking = false;

  constructor(private readonly env: Env) {
    env.watchers.stopped.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** A stream of "changed" events, until the reader goes. */
  async open(): Promise<Response> {
    if (this.streams.size === 0) this.seen = await this.version();
    const stream = new EventStream(() => {
      this.streams.delete(stream);
      if (this.streams.size === 0) this.stop();
    });
    this.streams.add(stream);
    // The first bytes tell the browser that the stream is open.
    stream.write(KEEP_ALIVE);
    this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    return stream.response({});
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      this.looks += 1;
      const now = await this.version();
      if (now !== this.seen) this.tell(sseEvent('changed', now));
      else if (this.looks % KEEP_ALIVE_LOOKS === 0) this.tell(KEEP_ALIVE);
      this.seen = now;
    } catch (error) {
      this.env.report('console: looking for changes', error);
    } finally {
      this.looking = false;
    }
  }

  private tell(chunk: Uint8Array): void {
    for (const stream of [...this.streams]) stream.write(chunk);
  }

  /** Rows changed by this process, a number that moves when another one commits, the clock, and the last request. */
  private async version(): Promise<string> {
    const { rows: own } = await sql<{ n: bigint }>`SELECT total_changes() AS n`.execute(this.env.db);
    const { rows: others } = await sql<{ data_version: bigint }>`PRAGMA data_version`.execute(this.env.db);
    return `${own[0]?.n}/${others[0]?.data_version}/${this.env.clock.advance(0)}/${this.env.requests.recent(1)[0]?.n ?? 0}`;
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const stream of [...this.streams]) stream.end();
  }
}
