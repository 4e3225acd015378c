import { connect, type Socket } from 'node:net';

/** Many readers of event streams on raw sockets, as cheap as they can be, so that what is measured is the server. */

const UPDATED = '"notifications/resources/updated"';

/** Milliseconds since the epoch, with fractions: the same in every process of a machine. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

export class Reader {
  /** When each notification about a resource arrived. */
  readonly arrivals: number[] = [];
  readonly opened: Promise<string>;
  private readonly socket: Socket;
  private rest = '';

  /** @param answersPings whether this one answers the pings of the server. */
  constructor(
    private readonly port: number,
    readonly key: string,
    private readonly answersPings: boolean,
  ) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.write(`GET /mcp/sse HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-API-Key: ${key}\r\n\r\n`);
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('error', reject);
      this.socket.on('data', (chunk) => this.take(chunk.toString('latin1'), resolve));
    });
  }

  /** Posts a message to the session. */
  async post(body: object): Promise<void> {
    const headers = { 'x-api-key': this.key, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${this.port}${await this.opened}`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.status !== 202) throw new Error(`a message was answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }

  subscribe(uri: string): Promise<void> {
    return this.post({ jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } });
  }

  /** Takes nothing from the socket any more. */
  pause(): void {
    this.socket.pause();
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string, opened: (endpoint: string) => void): void {
    const now = preciseNow();
    this.rest += text;
    // An event ends with an empty line; what is before it is whole.
    const end = this.rest.lastIndexOf('\n\n');
    if (end < 0) return;
    const whole = this.rest.slice(0, end);
    this.rest = this.rest.slice(end + 2);
    const endpoint = /data: (\/mcp\/messages\/[\w-]+)/.exec(whole)?.[1];
    if (endpoint !== undefined) opened(endpoint);
    for (let at = whole.indexOf(UPDATED); at >= 0; at = whole.indexOf(UPDATED, at + 1)) this.arrivals.push(now);
    if (!this.answersPings) return;
    for (const [, id] of whole.matchAll(/"id":"(ping-\d+)","method":"ping"/g)) {
      void this.post({ jsonrpc: '2.0', id, result: {} });
    }
  }
}

const WAVE = 100;

/** Opens `each` streams for every key and subscribes them; the first of each key answers pings. */
export async function openReaders(port: number, keys: readonly string[], each: number): Promise<Reader[]> {
  const wanted = keys.flatMap((key) => Array.from({ length: each }, (_, index) => ({ key, first: index === 0 })));
  const readers: Reader[] = [];
  for (let from = 0; from < wanted.length; from += WAVE) {
    const wave = wanted.slice(from, from + WAVE).map(({ key, first }) => new Reader(port, key, first));
    await Promise.all(wave.map((reader) => reader.subscribe('hiring://pending')));
    readers.push(...wave);
  }
  return readers;
}

/** Resolves when every reader has this many notifications. @throws when it takes longer than `ms`. */
export async function allArrived(readers: readonly Reader[], count: number, ms: number): Promise<void> {
  const until = performance.now() + ms;
  for (const reader of readers) {
    while (reader.arrivals.length < count && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
