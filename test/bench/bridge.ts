import { join } from 'node:path';
import { BIN, cleanEnvironment, type RunningBackend } from '../stdio/program.js';
import { type Line, median, ms, type Pair, paired, timed, times } from './measure.js';
import { StdioProgram } from './stdio-program.js';

const ECHO = join(import.meta.dirname, 'echo.js');
const PEER = join(import.meta.dirname, '../../node_modules/agrenting-mcp/dist/index.js');

const startTime = (file: string, args: readonly string[], env: Record<string, string>) =>
  timed(async () => {
    const program = StdioProgram.start(file, args, env);
    await program.initialize();
    await program.request('tools/list');
    setImmediate(() => program.kill());
  });

/** From spawn to the answer of tools/list. */
export async function coldStart(folder: string, backend: RunningBackend): Promise<Line[]> {
  const env = cleanEnvironment(folder, backend.env);
  const ours = () => startTime(BIN, [], env);
  const bare = await paired(15, ours, () => startTime(ECHO, [], env));
  const peer = await paired(15, ours, () => startTime(PEER, [], env));
  return [
    line('cold start, spawn to tools/list', 'a bare Node stdio echo', bare, '≤ 2.2×'),
    line('cold start, spawn to tools/list', 'agrenting-mcp 0.2.0', peer, '≤ 0.65×'),
  ];
}

const line = (what: string, against: string, pair: Pair, aim?: string): Line => ({
  what,
  ours: ms(pair.ours),
  against: `${against}: ${ms(pair.theirs)}`,
  ratio: times(pair.ratio),
  ...(aim ? { aim } : {}),
});

/** A read and a hire through the bridge, against the same HTTP request made directly, and against the peer. */
export async function calls(folder: string, backend: RunningBackend): Promise<Line[]> {
  const env = cleanEnvironment(folder, backend.env);
  const ours = StdioProgram.start(BIN, ['serve', '--confirm', 'never'], env);
  const peer = StdioProgram.start(PEER, [], env);
  await ours.initialize();
  await peer.initialize();

  const headers = {
    authorization: `Bearer ${backend.credentials.agrenting.hirer}`,
    'content-type': 'application/json',
  };
  const direct = async (path: string, body?: unknown) => {
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${backend.url}${path}`, init);
    if (!response.ok) throw new Error(`${path} failed with ${response.status}`);
    await response.json();
  };
  const batch = (count: number, one: () => Promise<void>) => async () => {
    const samples: number[] = [];
    for (let index = 0; index < count; index += 1) samples.push(await timed(one));
    return median(samples);
  };

  const readOurs = batch(40, () => ours.call('list_agents', { limit: 20 }));
  const readDirect = batch(40, () => direct('/api/v1/agents?limit=20&status=active'));
  const readPeer = batch(40, () => peer.call('agrenting_list_agents', { limit: 20 }));
  // The peer reads another route: its overhead is over that one.
  const readPeerDirect = batch(40, () => direct('/api/v1/agents/discover?limit=20'));
  const read = await paired(9, readOurs, readDirect);
  const readOfPeer = await paired(9, readPeer, readPeerDirect);
  const overhead = { ours: read.ours - read.theirs, peer: Math.max(0.01, readOfPeer.ours - readOfPeer.theirs) };

  let hires = 0;
  const hireOurs = batch(20, () =>
    ours.call('hire_agent', {
      agent_did: 'did:agrenting:swift',
      task_description: `bench ${hires++}`,
      capability: 'summarize',
      max_price: '2.00',
    }),
  );
  const hireDirect = batch(20, () =>
    direct('/api/v1/agents/did:agrenting:swift/hire', {
      task_description: `bench ${hires++}`,
      capability_requested: 'summarize',
      price: '2.00',
    }),
  );
  const hire = await paired(5, hireOurs, hireDirect);
  const memory = { ours: ours.memory(), peer: peer.memory() };
  ours.kill();
  peer.kill();
  return [
    line('read call (list_agents) through the bridge', 'the same GET, directly', read),
    line('read call through agrenting-mcp 0.2.0', 'the GET that it makes, directly', readOfPeer),
    {
      what: 'overhead of a read call over its own GET',
      ours: ms(overhead.ours),
      against: `agrenting-mcp 0.2.0: ${ms(overhead.peer)}`,
      ratio: times(overhead.ours / overhead.peer),
      aim: 'below the peer',
    },
    line('hire (preview, journal, POST) through the bridge', 'the bare POST, directly', hire),
    {
      what: 'memory of the bridge after these calls',
      ours: `${memory.ours.toFixed(0)} MiB`,
      against: `agrenting-mcp 0.2.0: ${memory.peer.toFixed(0)} MiB`,
      ratio: times(memory.ours / memory.peer),
    },
  ];
}
