import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type Json, messageOf } from '../bridge/session.js';
import { lookAtOutput } from './canaries.js';
import { BIN, cleanEnvironment } from './program.js';

/** The built program on the other end of a pipe, written to byte by byte as no SDK would. */

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class RawClient {
  readonly child: ChildProcessWithoutNullStreams;
  /** Messages from the server; those with an id of ours are kept until they are forgotten. */
  readonly messages: Json[] = [];
  /** Lines of stdout that are no JSON-RPC. */
  readonly invalid: string[] = [];
  readonly exited: Promise<Exit>;
  stderr = '';
  private rest = '';
  private nextId = 1;
  private readonly waiting = new Map<unknown, (message: Json) => void>();

  constructor(folder: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [BIN, 'serve', ...args], { env: cleanEnvironment(folder, env) });
    // Decoded by Node, so that no character is cut in two at the edge of a chunk.
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      lookAtOutput(folder, text, 'stdout');
      this.read(text);
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lookAtOutput(folder, text, 'stderr');
      this.stderr = (this.stderr + text).slice(-20_000);
    });
    // Writing to a program that has gone is what some of these tests do.
    this.child.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'raw', version: '1.0.0' };
    await this.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  send(message: unknown): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Resolves when the pipe took it, so that a flood is not held in this process. */
  async write(bytes: string | Buffer): Promise<void> {
    if (!this.child.stdin.write(bytes)) await new Promise((resolve) => this.child.stdin.once('drain', resolve));
  }

  async request(method: string, params: Json = {}, id: unknown = `own-${this.nextId++}`): Promise<Json> {
    const answer = this.answer(id);
    this.send({ jsonrpc: '2.0', id, method, params });
    return await answer;
  }

  /** The next answer with this id. */
  answer(id: unknown): Promise<Json> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  /** The structured content of a tool's answer. @throws when it is an error. */
  async call(name: string, args: Json = {}): Promise<Json> {
    const { result } = await this.request('tools/call', { name, arguments: args });
    const content =
      typeof result === 'object' && result !== null && 'structuredContent' in result
        ? result.structuredContent
        : undefined;
    if (typeof content !== 'object' || content === null) throw new Error(`${name}: ${JSON.stringify(result)}`);
    return { ...content };
  }

  /** Resident memory in MiB, where the system tells it. */
  memory(): number | undefined {
    const file = `/proc/${this.child.pid}/status`;
    if (!existsSync(file)) return undefined;
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN) / 1_024;
  }

  /** The exit, and the milliseconds until it; killed when it does not come. */
  async exitWithin(ms: number): Promise<Exit & { readonly ms: number }> {
    const from = performance.now();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), ms);
    const exit = await this.exited;
    clearTimeout(timer);
    return { ...exit, ms: Math.round(performance.now() - from) };
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = messageOf(line);
      if (!message) this.invalid.push(line.slice(0, 300));
      else {
        this.messages.push(message);
        if (!('method' in message)) {
          this.waiting.get(message.id)?.(message);
          this.waiting.delete(message.id);
        }
      }
    }
  }
}
