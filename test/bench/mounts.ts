import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { everything, type Published } from '../interop/mounts/published-servers.js';
import { BIN, cleanEnvironment } from '../stdio/program.js';
import { type Line, median, ms, paired, timed, times } from './measure.js';
import { StdioProgram } from './stdio-program.js';

/** A hosted server through Hirewire, against the same server directly and through the bridges that people use for it. */

const CALLS = 40;
const ROUNDS = 9;
const MOUNTS = 13;

interface Peer {
  readonly name: string;
  start(url: string): StdioProgram;
}

export async function mounts(folder: string): Promise<Line[]> {
  const upstream = await everything('streamableHttp');
  try {
    return await measured(folder, upstream);
  } finally {
    await upstream.stop();
  }
}

async function measured(folder: string, { url }: Published): Promise<Line[]> {
  const start = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => ['--mount', `m${index}=${url}`]).flat();
    return StdioProgram.start(BIN, ['serve', ...names], cleanEnvironment(join(folder, `mounts-${count}`)));
  };
  const echo = { message: 'x'.repeat(200) };
  const direct = batch(await rawCaller(url, echo));
  const through = (program: StdioProgram) => batch(() => program.call('echo', echo));

  const none = StdioProgram.start(BIN, ['serve'], cleanEnvironment(join(folder, 'mounts-0')));
  await none.initialize();
  await none.request('tools/list');
  const ours = await opened(start(1), 'echo');
  const call = await paired(ROUNDS, through(ours), direct);
  const memory = ours.memory();
  const first = memory - none.memory();
  none.kill();
  const many = await opened(start(MOUNTS), 'm0_echo');
  for (let round = 0; round < ROUNDS * CALLS; round += 1) await many.call(`m${round % MOUNTS}_echo`, echo);
  const perMount = (many.memory() - memory) / (MOUNTS - 1);
  many.kill();

  const lines: Line[] = [
    {
      what: 'call of a mounted tool through the bridge',
      ours: ms(call.ours),
      against: `the bare POST, directly: ${ms(call.theirs)}`,
      ratio: times(call.ratio),
    },
  ];
  for (const peer of peers(folder)) {
    const program = await opened(peer.start(url), 'echo');
    const theirs = await paired(ROUNDS, through(ours), through(program));
    lines.push(
      {
        what: 'call of a tool of a hosted server',
        ours: ms(theirs.ours),
        against: `through ${peer.name}: ${ms(theirs.theirs)}`,
        ratio: times(theirs.ratio),
      },
      {
        what: 'memory for a hosted server',
        ours: `${first.toFixed(0)} MiB for the first, ${perMount.toFixed(1)} MiB for each more`,
        against: `${peer.name}: ${program.memory().toFixed(0)} MiB for each`,
        ratio: times(perMount / program.memory()),
        aim: 'below the peer',
      },
    );
    program.kill();
  }
  ours.kill();
  return lines;
}

/** The same call by fetch alone, in a session of its own. */
async function rawCaller(url: string, args: Record<string, unknown>): Promise<() => Promise<void>> {
  let session: string | undefined;
  let id = 0;
  const post = async (method: string, params: unknown, isRequest = true) => {
    const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream' });
    if (session !== undefined) headers.set('mcp-session-id', session);
    id += 1;
    const body = JSON.stringify({ jsonrpc: '2.0', ...(isRequest ? { id } : {}), method, params });
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    if (!response.ok || (isRequest && !text.includes('"result"'))) throw new Error(`${method}: ${text.slice(0, 200)}`);
    session ??= response.headers.get('mcp-session-id') ?? undefined;
  };
  const clientInfo = { name: 'bench', version: '1.0.0' };
  await post('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  await post('notifications/initialized', {}, false);
  return () => post('tools/call', { name: 'echo', arguments: args });
}

/** Ready: its list was read and one call was answered. */
async function opened(program: StdioProgram, tool: string): Promise<StdioProgram> {
  await program.initialize();
  await program.request('tools/list');
  await program.call(tool, { message: 'warm' });
  return program;
}

const batch = (one: () => Promise<void>) => async () => {
  const samples: number[] = [];
  for (let index = 0; index < CALLS; index += 1) samples.push(await timed(one));
  return median(samples);
};

/** From npm, without install scripts; none when npm cannot be reached. */
function peers(folder: string): Peer[] {
  const prefix = join(folder, 'bridges');
  const packages = ['mcp-remote@0.15.1', 'supergateway@4.0.0'];
  try {
    execFileSync('npm', [
      'install',
      '--silent',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefix',
      prefix,
      ...packages,
    ]);
  } catch {
    process.stderr.write('mcp-remote and supergateway: skipped, npm cannot be reached\n');
    return [];
  }
  const modules = join(prefix, 'node_modules');
  const env = { ...cleanEnvironment(folder), MCP_REMOTE_CONFIG_DIR: join(folder, 'mcp-remote') };
  const start = (file: string, args: (url: string) => string[]) => (url: string) =>
    StdioProgram.start(join(modules, file), args(url), env);
  return [
    {
      name: 'mcp-remote 0.15.1',
      start: start('mcp-remote/dist/proxy.js', (url) => [url, '--transport', 'http-only', '--allow-http', '--silent']),
    },
    {
      name: 'supergateway 4.0.0',
      start: start('supergateway/dist/index.js', (url) => ['--streamableHttp', url, '--logLevel', 'none']),
    },
  ];
}
