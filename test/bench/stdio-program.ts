import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A stdio MCP server under measurement: spawned, asked line by line, killed. */
export class StdioProgram {
  private nextId = 1;
  private readonly waiting = new Map<number, (message: Record<string, unknown>) => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly input: NodeJS.WritableStream,
    output: NodeJS.ReadableStream,
  ) {
    createInterface({ input: output }).on('line', (line) => {
      const message: Record<string, unknown> = JSON.parse(line);
      if (typeof message.id === 'number') this.waiting.get(message.id)?.(message);
    });
  }

  static start(file: string, args: readonly string[], env: Readonly<Record<string, string>>): StdioProgram {
    const child = spawn(process.execPath, [file, ...args], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    return new StdioProgram(child, child.stdin, child.stdout);
  }

  async request(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = this.nextId++;
    const answer = new Promise<Record<string, unknown>>((resolve) => this.waiting.set(id, resolve));
    this.input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return await answer;
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '1.0.0' };
    await this.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.input.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  }

  /** @throws when the tool answers with an error: a benchmark of failures says nothing. */
  async call(name: string, args: Record<string, unknown>): Promise<void> {
    const { result } = await this.request('tools/call', { name, arguments: args });
    const failed = typeof result !== 'object' || result === null || ('isError' in result && result.isError === true);
    if (failed) throw new Error(`${name} failed: ${JSON.stringify(result).slice(0, 500)}`);
  }

  /** Resident memory in MiB, where the system tells it. */
  memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
