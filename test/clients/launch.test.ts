import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launchOf, type Started } from '../../src/clients/launch.js';

const clone: Started = {
  platform: 'linux',
  env: { npm_command: 'run-script' },
  node: '/usr/bin/node',
  script: '/home/ada/hirewire/bin/hirewire.js',
  version: '1.2.3',
};
const npx: Started = {
  ...clone,
  env: { npm_command: 'exec' },
  script: '/home/ada/.npm/_npx/ab12/node_modules/hirewire/bin/hirewire.js',
};

describe('what a client starts', () => {
  it('is this Node and this script by their absolute paths, from a clone or an installation', () => {
    expect(launchOf(clone, ['--read-only'])).toEqual({
      command: '/usr/bin/node',
      args: ['/home/ada/hirewire/bin/hirewire.js', '--read-only'],
    });
  });

  it('is npx with this version when npx ran it: its cache is emptied at times', () => {
    expect(launchOf(npx, ['--read-only'])).toEqual({ command: 'npx', args: ['-y', 'hirewire@1.2.3', '--read-only'] });
  });

  it('is npx through cmd on Windows, which cannot start a .cmd file without it', () => {
    const script = 'C:\\Users\\ada\\AppData\\Local\\npm-cache\\_npx\\ab12\\node_modules\\hirewire\\bin\\hirewire.js';
    expect(launchOf({ ...npx, platform: 'win32', script }, [])).toEqual({
      command: 'cmd',
      args: ['/c', 'npx', '-y', 'hirewire@1.2.3'],
    });
  });

  it('is a local installation that npx found, by its path', () => {
    expect(launchOf({ ...clone, env: { npm_command: 'exec' } }, []).command).toBe('/usr/bin/node');
  });

  it.skipIf(process.platform === 'win32')("is Homebrew's lasting link, not the path with the version in it", () => {
    const brew = realpathSync(mkdtempSync(join(tmpdir(), 'hirewire-brew-')));
    const node = join(brew, 'Cellar', 'node', '24.1.0', 'bin', 'node');
    const bin = join(brew, 'bin');
    for (const folder of [join(node, '..'), bin]) mkdirSync(folder, { recursive: true });
    writeFileSync(node, '');
    symlinkSync(node, join(bin, 'node'));
    expect(launchOf({ ...clone, node, env: { PATH: `/nowhere:${bin}` } }, []).command).toBe(join(bin, 'node'));
    expect(launchOf({ ...clone, node, env: { PATH: '/nowhere' } }, []).command).toBe(node);
    rmSync(brew, { recursive: true });
  });
});
