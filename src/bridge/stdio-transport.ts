import type { Readable, Writable } from 'node:stream';
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import { log } from '../log.js';
import { type Frame, Framer } from './framer.js';
import { type Id, isId, recoverId } from './recover-id.js';

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const BUSY = -32_000;
/** Frames handled before other work gets a turn: a flood must not starve answers and timers. */
const BATCH = 64;
/** Frames read but not handled yet; beyond this stdin is paused. */
const QUEUE = 1_024;
/** Requests running at once; beyond this they are refused. */
const MAX_LIVE = 1_024;
/** Answers that the client has not read yet; beyond this nothing more is read from it. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
/** A client that reads nothing for so long, with that much to read, is taken for gone. */
const READER_GONE_MS = 60_000;

/** Who ended the conversation: stdin came to its end, or nobody reads stdout any more. */
export type End = 'input' | 'output';

/**
 * MCP over stdio, hardened: an oversize or malformed frame is answered where its id can be recovered and never ends the
 * process; a request id that is still live runs once; end of input is reported, not acted on, so that money calls in
 * flight can be written down first.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** The client has closed its end, or can no longer be written to. */
  onend?: (who: End) => void;

  private readonly framer: Framer;
  private queue: Frame[] = [];
  private readonly live = new Set<Id>();
  private draining = false;
  private drainedOnce: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    maxFrame: number,
  ) {
    this.framer = new Framer(maxFrame);
  }

  async start(): Promise<void> {
    this.input.on('data', (chunk: Buffer) => this.take(chunk));
    for (const event of ['end', 'close', 'error']) this.input.on(event, () => this.onend?.('input'));
    // A reader that went away (EPIPE) means that nobody hears us any more.
    for (const event of ['close', 'error']) this.output.on(event, () => this.onend?.('output'));
  }

  /** Requests that were taken in and not answered yet, and frames that were not looked at yet. */
  get pending(): number {
    return this.live.size + this.queue.length;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.closed || this.output.destroyed) return;
    if (!('method' in message) && isId(message.id)) this.live.delete(message.id);
    const flushed = this.output.write(`${JSON.stringify(message)}\n`);
    if (!flushed) await this.drained();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.input.pause();
    this.onclose?.();
  }

  private take(chunk: Buffer): void {
    for (const frame of this.framer.push(chunk)) this.queue.push(frame);
    if (this.queue.length > QUEUE) this.input.pause();
    if (!this.draining) void this.drain();
  }

  private async drain(): Promise<void> {
    this.draining = true;
    while (this.queue.length > 0 && !this.closed) {
      const batch = this.queue.slice(0, BATCH);
      this.queue = this.queue.slice(BATCH);
      for (const frame of batch) this.handleSafely(frame);
      if (this.output.writableLength > MAX_UNREAD_BYTES) await this.readerCatchesUp();
      // Also after the last one: many small chunks in one turn are a flood too.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.draining = false;
    if (!this.closed && this.input.isPaused()) this.input.resume();
  }

  private async readerCatchesUp(): Promise<void> {
    this.input.pause();
    const timer = setTimeout(() => this.onend?.('output'), READER_GONE_MS);
    await this.drained();
    clearTimeout(timer);
  }

  /** Resolves when the output took everything, or never will. All who wait share one set of listeners. */
  private async drained(): Promise<void> {
    if (this.output.destroyed || !this.output.writableNeedDrain) return;
    this.drainedOnce ??= new Promise<void>((resolve) => {
      const events = ['drain', 'close', 'error'];
      const done = () => {
        for (const event of events) this.output.off(event, done);
        this.drainedOnce = undefined;
        resolve();
      };
      for (const event of events) this.output.on(event, done);
    });
    await this.drainedOnce;
  }

  /** Whatever becomes of one frame, the next one is read. */
  private handleSafely(frame: Frame): void {
    try {
      this.handle(frame);
    } catch (error) {
      log('error', 'a message could not be handled', error);
    }
  }

  private handle(frame: Frame): void {
    if (frame.kind === 'broken') {
      const id = idOf(parseJson(frame.head)) ?? recoverId(frame.head, frame.tail);
      this.refuse(id, INVALID_REQUEST, frame.why);
      return;
    }
    const value = parseJson(frame.text);
    if (value === undefined) {
      this.refuse(recoverId(frame.text), PARSE_ERROR, 'The message is not valid JSON.');
      return;
    }
    if (Array.isArray(value)) {
      for (const item of value.slice(0, 100)) this.refuse(idOf(item), INVALID_REQUEST, 'Batches are not part of MCP.');
      return;
    }
    const message = parseMessage(value);
    if (!message) {
      this.refuse(idOf(value), INVALID_REQUEST, 'The message is not a JSON-RPC 2.0 request.');
      return;
    }
    if ('method' in message && 'id' in message && !this.admit(message.id)) return;
    if ('method' in message && message.method === 'notifications/cancelled') this.forgetCancelled(message.params);
    this.onmessage?.(message);
  }

  /** Whether a request may run. One that is still live runs once: the first one will answer for both. */
  private admit(id: Id): boolean {
    if (this.live.has(id)) {
      log('warn', 'a request id that is still running was sent again; it runs once');
      return false;
    }
    if (this.live.size >= MAX_LIVE) {
      this.refuse(id, BUSY, `${MAX_LIVE} requests are running; wait for their answers.`);
      return false;
    }
    this.live.add(id);
    return true;
  }

  /** A cancelled request is never answered, so its id must not stay live. What is no valid cancellation has no effect. */
  private forgetCancelled(params: unknown): void {
    if (typeof params !== 'object' || params === null || !('requestId' in params)) return;
    const reason = 'reason' in params ? params.reason : undefined;
    if (isId(params.requestId) && (reason === undefined || typeof reason === 'string')) {
      this.live.delete(params.requestId);
    }
  }

  private refuse(id: Id | undefined, code: number, message: string): void {
    // The client would take an error with the id of a running request for that one's answer.
    const answer = id !== undefined && !this.live.has(id);
    log('warn', `a message was ${answer ? 'refused' : 'dropped'}: ${message}`);
    if (answer) void this.send({ jsonrpc: '2.0', id, error: { code, message } });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseMessage(value: unknown): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(value);
  } catch {
    return undefined;
  }
}

/** The id of what was meant as a request; a malformed response is not answered. */
function idOf(value: unknown): Id | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || !isId(value.id)) return undefined;
  return 'method' in value || !('result' in value || 'error' in value) ? value.id : undefined;
}
