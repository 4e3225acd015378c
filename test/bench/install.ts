import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './measure.js';

/** What a user gets on disk: packages and size, without install scripts, against the peer. */
export function installSize(folder: string): Line[] {
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    encoding: 'utf8',
  });
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
  const ours = install(join(folder, 'ours'), tarball);
  const peer = install(join(folder, 'peer'), 'agrenting-mcp@0.2.0');
  return [
    {
      what: 'installed packages, this one included',
      ours: String(ours.packages),
      against: `agrenting-mcp 0.2.0: ${peer.packages}`,
      ratio: `${(ours.packages / peer.packages).toFixed(2)}×`,
      aim: '≤ 10 packages',
    },
    {
      what: 'installed size',
      ours: `${ours.mib.toFixed(1)} MiB`,
      against: `agrenting-mcp 0.2.0: ${peer.mib.toFixed(1)} MiB`,
      ratio: `${(ours.mib / peer.mib).toFixed(2)}×`,
    },
  ];
}

function install(prefix: string, spec: string): { packages: number; mib: number } {
  execFileSync('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix, spec]);
  const modules = join(prefix, 'node_modules');
  const packages = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)) : [name])).length;
  return { packages, mib: sizeOf(modules) / 1_048_576 };
}

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((total, name) => total + sizeOf(join(path, name)), 0);
}
