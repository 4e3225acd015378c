import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Line, median, ms, times } from './measure.js';
import type { Order } from './stream-child.js';

const AGENTS = 100;
const STREAMS_EACH = 50;
const ROUNDS = 5;

interface Figures {
  readonly delivered: number;
  readonly p50: number;
  readonly p99: number;
  /** Bytes of the server process for one open stream. */
  readonly memory: number;
}

/**
 * 5,000 open streams: whether every notification arrives, how long after the commit, and what a stream costs; beside a
 * bare `node:http` server that writes the same events. Server and readers are processes of their own.
 */
export async function streams(folder: string): Promise<Line[]> {
  const bare = await figuresOf('bare', folder);
  const ours = await figuresOf('ours', folder);
  const all = AGENTS * STREAMS_EACH * ROUNDS;
  const many = (AGENTS * STREAMS_EACH).toLocaleString('en');
  const line = (what: string, name: 'p50' | 'p99', shown: (value: number) => string): Line => ({
    what,
    ours: shown(ours[name]),
    against: `bare node:http: ${shown(bare[name])}`,
    ratio: times(ours[name] / bare[name]),
  });
  return [
    {
      what: `notifications to ${many} open MCP streams that arrived, each after a hire and a probe`,
      ours: `${ours.delivered.toLocaleString('en')} of ${all.toLocaleString('en')}`,
      against: `bare node:http: ${bare.delivered.toLocaleString('en')}`,
      ratio: times(ours.delivered / bare.delivered),
      aim: 'all',
    },
    line(`from the commit to the reader, median, ${AGENTS} hires at once`, 'p50', ms),
    line('the same, 99th percentile', 'p99', ms),
    {
      what: 'memory of the server for an open stream',
      ours: `${(ours.memory / 1_024).toFixed(1)} KiB`,
      against: `bare node:http: ${(bare.memory / 1_024).toFixed(1)} KiB`,
      ratio: times(ours.memory / bare.memory),
    },
  ];
}

async function figuresOf(kind: 'ours' | 'bare', folder: string): Promise<Figures> {
  const server = new Child();
  const readers = new Child();
  const serve = { do: 'serve', kind, file: join(folder, `streams-${kind}.db`), agents: AGENTS } as const;
  const { port, keys }: { port: number; keys: string[] } = JSON.parse(await server.tell(serve));
  const before = Number(await server.tell({ do: 'memory' }));
  await readers.tell({ do: 'open', port, keys, each: STREAMS_EACH });
  const after = Number(await server.tell({ do: 'memory' }));
  let delivered = 0;
  const delays: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const fired: Record<string, number> = JSON.parse(await server.tell({ do: 'fire' }));
    const arrived: [string, number | null, number][] = JSON.parse(await readers.tell({ do: 'arrived', count: round }));
    for (const [key, at] of arrived) if (at !== null) delays.push(Math.max(0, at - (fired[key] ?? Number.NaN)));
    delivered = arrived.reduce((sum, [, , count]) => sum + count, 0);
  }
  readers.stop();
  server.stop();
  const sorted = delays.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  return { delivered, p50: median(delays), p99, memory: (after - before) / (AGENTS * STREAMS_EACH) };
}

/** A process that follows orders, one at a time. */
class Child {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'stream-child.ts'), {
    execArgv: ['--import', 'tsx', '--expose-gc'],
  });

  /** @returns the result as JSON. @throws when it could not be done. */
  async tell(order: Order): Promise<string> {
    const answer = new Promise<{ result?: unknown; error?: string }>((resolve, reject) => {
      this.child.once('message', resolve);
      this.child.once('exit', (code) => reject(new Error(`a process of the benchmark exited with ${code}`)));
    });
    this.child.send(order);
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(error);
    return JSON.stringify(result ?? null);
  }

  stop(): void {
    this.child.removeAllListeners('exit');
    this.child.kill();
  }
}
