import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { asObject } from '../../../src/marketplaces/envelope.js';
import { BIN, cleanEnvironment } from '../../stdio/program.js';
import { AGENT } from './shop.js';
import type { Stall } from './stall.js';

export type Told = Readonly<Record<string, unknown>>;

const execOf = (behaviour: string): string[] => [
  '--exec',
  [process.execPath, AGENT, behaviour].map((word) => `'${word}'`).join(' '),
];

/** The built `hirewire work --json`, as a process that can be killed. */
export class WorkProcess {
  readonly events: Told[] = [];
  /** Everything that it wrote. */
  output = '';
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly #waiting: (() => void)[] = [];

  /** @param doer the behaviour of its program (fixtures/agent.js), or what stands in place of --exec; @param env for the worker itself. */
  constructor(
    stall: Stall,
    doer: string | readonly string[],
    flags: readonly string[] = [],
    env: Record<string, string> = {},
  ) {
    const log = `WORK_LOG=${stall.folder}/log`;
    const args = [
      BIN,
      'work',
      ...(typeof doer === 'string' ? execOf(doer) : doer),
      '--env',
      log,
      '--json',
      '--grace',
      '20',
      ...flags,
    ];
    const child = spawn(process.execPath, args, {
      env: cleanEnvironment(stall.folder, {
        AGRENTING_URL: stall.backend.url,
        AGRENTING_AGENT_KEY: stall.agentKey,
        ...env,
      }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.output += `${line}\n`;
      this.events.push({ ...asObject(JSON.parse(line)) });
      for (const wake of this.#waiting.splice(0)) wake();
    });
    child.stderr.on('data', (text) => {
      this.output += String(text);
    });
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    void this.exited.then(() => {
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Resolves when it has told so many events with this name, or so many at all; false when it ended before. */
  async told(count: number, name?: string): Promise<boolean> {
    const seen = () => this.events.filter(({ event }) => name === undefined || event === name).length;
    while (seen() < count) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return true;
  }

  /** The hirings of which it told an event. */
  hirings(name: string): string[] {
    return this.events.filter(({ event }) => event === name).map(({ hiring_id }) => String(hiring_id));
  }

  async end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<{ code: number | null; signal: string | null }> {
    this.child.kill(signal);
    return await this.exited;
  }
}
