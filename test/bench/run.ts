import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startBackend, temporaryFolder } from '../stdio/program.js';
import { listCost, throughput } from './backend.js';
import { calls, coldStart } from './bridge.js';
import { gateCost } from './gate.js';
import { installSize } from './install.js';
import { keychainStart } from './keychain.js';
import type { Line } from './measure.js';
import { mounts } from './mounts.js';
import { streams } from './streams.js';

/** `npm run bench`: every figure beside the peer or the floor that was measured in the same run. */
const folder = temporaryFolder();
const lines: Line[] = [];
const section = async (name: string, work: () => Promise<Line[]> | Line[]) => {
  process.stderr.write(`${name} …\n`);
  lines.push(...(await work()));
};

const backend = await startBackend(folder.path, ['--no-rate-limits']);
await section('cold start', () => coldStart(folder.path, backend));
await section('calls', () => calls(folder.path, backend));
await section('keychain', () => keychainStart(folder.path, backend));
await backend.stop();
await section('spending gate', () => gateCost(folder.path));
await section('backend', () => throughput(folder.path));
await section('lists', () => listCost(folder.path));
await section('streams', () => streams(folder.path));
await section('mounts', () => mounts(folder.path));
await section('install', () => installSize(folder.path));
folder.remove();

const rows = lines.map(
  ({ what, ours, against, ratio, aim }) => `| ${what} | ${ours} | ${against} | ${ratio} | ${aim ?? ''} |`,
);
const page = `# Benchmarks

Written by \`npm run bench\` on Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores.
Every line is measured beside its peer or floor in the same run, in turn, and the ratio is the median of the pairs.
Times differ from machine to machine; the ratios are what to look at. No test asserts a time.

| what | ours | against | ratio | aim |
|---|---|---|---|---|
${rows.join('\n')}
`;
writeFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), page);
process.stdout.write(page);
