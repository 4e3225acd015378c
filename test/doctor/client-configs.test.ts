import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientsCheck } from '../../src/doctor/client-configs.js';
import type { Patient } from '../../src/doctor/finding.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hirewire-doctor-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(name: string, servers: unknown): void {
  const file = join(home, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ mcpServers: servers }));
}

const patient = (): Patient => ({
  machine: { platform: process.platform, home, env: {}, project: join(home, 'project') },
  started: { platform: process.platform, env: {}, node: process.execPath, script: '/x', version: '1.2.3' },
  settings: new Error('not looked at'),
  dataFolder: home,
  online: false,
  now: () => 0,
});
const lines = async () => (await clientsCheck.run(patient())).map(({ status, what, fix }) => [status, what, fix]);

const SOUND = { command: process.execPath, args: ['-y', 'hirewire@1.2.3'] };

describe('the clients', () => {
  it('are known by what their entries start, not by a folder of our name', async () => {
    put('.cursor/mcp.json', {
      files: { command: 'npx', args: ['-y', 'files-mcp', '/home/ada/hirewire'] },
      money: SOUND,
    });
    expect(await lines()).toEqual([['pass', 'Cursor: "money" is connected', undefined]]);
  });

  it('include those of the project, with the command that repairs them', async () => {
    put('project/.mcp.json', { hirewire: { command: 'npx', args: ['-y', 'hirewire@1.0.0'] } });
    put('project/.gemini/settings.json', { other: { command: 'x' } });
    expect(await lines()).toEqual([
      [
        'warn',
        'Claude Code in this project: "hirewire" starts version 1.0.0; this is 1.2.3',
        'Run: hirewire connect claude-code --project',
      ],
    ]);
  });

  it('may hold a reference to a key, and no key', async () => {
    const reference = `\${env:AGRENTING_API_KEY}`;
    put('.gemini/settings.json', {
      hirewire: { ...SOUND, env: { AGRENTING_API_KEY: reference, API_KEY: 'sk_live_x' } },
    });
    const found = await lines();
    expect(found.map(([status]) => status)).toEqual(['pass', 'warn']);
    expect(found[1]?.[1]).toBe('Gemini CLI: "hirewire" holds API_KEY in plain text');
  });

  it('are left alone when the entry is a remote one, or nonsense', async () => {
    put('.cursor/mcp.json', { hirewire: { url: 'https://example.com' } });
    put('.gemini/settings.json', { hirewire: ['?'] });
    expect((await lines()).map(([status]) => status)).toEqual(['skip', 'skip']);
  });
});
