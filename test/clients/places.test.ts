import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/clients/client.js';
import { CLIENTS } from '../../src/clients/index.js';

const machine = (platform: NodeJS.Platform, home: string, env = {}): Machine => ({ platform, home, env, project: '.' });
const filesOn = (on: Machine) => Object.fromEntries(CLIENTS.map((client) => [client.id, client.userFile(on)]));

describe("the user's files", () => {
  it('lie where each client looks on macOS', () => {
    expect(filesOn(machine('darwin', '/Users/ada'))).toEqual({
      'claude-code': '/Users/ada/.claude.json',
      'claude-desktop': '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
      codex: '/Users/ada/.codex/config.toml',
      cursor: '/Users/ada/.cursor/mcp.json',
      gemini: '/Users/ada/.gemini/settings.json',
      vscode: '/Users/ada/Library/Application Support/Code/User/mcp.json',
      windsurf: '/Users/ada/.codeium/windsurf/mcp_config.json',
    });
  });

  it('lie where each client looks on Windows', () => {
    const files = filesOn(machine('win32', 'C:\\Users\\ada', { APPDATA: 'D:\\Roaming' }));
    expect(files).toMatchObject({
      'claude-code': 'C:\\Users\\ada\\.claude.json',
      'claude-desktop': 'D:\\Roaming\\Claude\\claude_desktop_config.json',
      vscode: 'D:\\Roaming\\Code\\User\\mcp.json',
      codex: 'C:\\Users\\ada\\.codex\\config.toml',
    });
    const unset = filesOn(machine('win32', 'C:\\Users\\ada'));
    expect(unset['claude-desktop']).toBe('C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json');
  });

  it('lie where each client looks on Linux', () => {
    expect(filesOn(machine('linux', '/home/ada'))).toMatchObject({
      'claude-desktop': '/home/ada/.config/Claude/claude_desktop_config.json',
      vscode: '/home/ada/.config/Code/User/mcp.json',
    });
  });

  it('follow the variables by which people move them', () => {
    const env = { CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x', XDG_CONFIG_HOME: '/g' };
    expect(filesOn(machine('linux', '/home/ada', env))).toMatchObject({
      'claude-code': '/c/.claude.json',
      codex: '/x/config.toml',
      vscode: '/g/Code/User/mcp.json',
    });
  });

  it('have one name each', () => {
    expect(new Set(CLIENTS.map(({ id }) => id)).size).toBe(CLIENTS.length);
  });
});
