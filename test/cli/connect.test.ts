import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixtureText } from '../clients/fixture-configs.js';
import { type Home, STARTS, temporaryHome } from './home.js';

let home: Home;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => home.remove());

const CURSOR = join('.cursor', 'mcp.json');
const CODEX = join('.codex', 'config.toml');

describe('hirewire connect', () => {
  it.each([
    ['claude-code', '.claude.json', 'mcpServers', { type: 'stdio', ...STARTS }],
    ['cursor', CURSOR, 'mcpServers', STARTS],
    ['gemini', join('.gemini', 'settings.json'), 'mcpServers', STARTS],
    ['windsurf', join('.codeium', 'windsurf', 'mcp_config.json'), 'mcpServers', STARTS],
  ])('adds an entry that starts this build to %s', async (client, file, container, entry) => {
    const { code, stdout } = await home.run(['connect', client, '--yes']);
    expect(code).toBe(0);
    expect(JSON.parse(home.text(file))).toEqual({ [container]: { hirewire: entry } });
    expect(stdout).toContain(join(home.path, file));
    expect(stdout).toContain('Written.');
  });

  it.runIf(process.platform === 'linux').each([
    ['claude-desktop', '.config/Claude/claude_desktop_config.json', { mcpServers: { hirewire: STARTS } }],
    ['vscode', '.config/Code/User/mcp.json', { servers: { hirewire: { type: 'stdio', ...STARTS } } }],
  ])('adds an entry to %s where Linux keeps its settings', async (client, file, document) => {
    expect((await home.run(['connect', client, '--yes'])).code).toBe(0);
    expect(JSON.parse(home.text(file))).toEqual(document);
  });

  it('adds a table to Codex and touches nothing else of its file', async () => {
    home.put(CODEX, fixtureText('codex.toml'));
    await home.run(['connect', 'codex', '--yes', '--', '--read-only']);
    const args = [...STARTS.args, '--read-only'].map((arg) => JSON.stringify(arg)).join(', ');
    const added = `\n[mcp_servers.hirewire]\ncommand = ${JSON.stringify(STARTS.command)}\nargs = [ ${args} ]\n`;
    expect(home.text(CODEX)).toBe(fixtureText('codex.toml') + added);
  });

  it('starts a server that answers', async () => {
    const { stdout } = await home.run(['connect', 'claude-code', '--print', '--', '--toolsets', 'hirer']);
    const { command, args } = JSON.parse(stdout).mcpServers.hirewire;
    expect([command, ...args]).toEqual([STARTS.command, ...STARTS.args, '--toolsets', 'hirer']);
  });

  it('shows the change, and hides the values of other servers', async () => {
    home.put(CURSOR, fixtureText('claude-desktop.json'));
    const { stdout } = await home.run(['connect', 'cursor', '--dry-run']);
    expect(stdout).toMatch(/^ {2}\+ {5}"hirewire": \{$/m);
    expect(stdout).toMatch(/^ {2}- .*"NOTES_TOKEN": "…"/m);
    expect(stdout).not.toContain('another-servers-secret');
  });

  it('writes nothing with --dry-run', async () => {
    home.put(CURSOR, fixtureText('cursor-comments.json'));
    expect((await home.run(['connect', 'cursor', '--dry-run'])).code).toBe(0);
    expect(home.text(CURSOR)).toBe(fixtureText('cursor-comments.json'));
    expect(readdirSync(join(home.path, '.cursor'))).toEqual(['mcp.json']);
  });

  it('asks nobody where nobody is: it prints the command', async () => {
    home.put(CURSOR, '{}');
    const { code, stdout } = await home.run(['connect', 'cursor', '--name', 'hw', '--', '--read-only']);
    expect(code).toBe(1);
    expect(stdout).toContain('Nothing was written, since nobody can be asked here.');
    expect(stdout).toContain(`${STARTS.args[0]} connect cursor --name hw --yes -- --read-only\n`);
    expect(home.text(CURSOR)).toBe('{}');
  });

  it('does nothing the second time', async () => {
    await home.run(['connect', 'cursor', '--yes']);
    const before = statSync(join(home.path, CURSOR)).mtimeMs;
    const { code, stdout } = await home.run(['connect', 'cursor', '--yes']);
    expect(stdout).toContain('already connected');
    expect(code).toBe(0);
    expect(statSync(join(home.path, CURSOR)).mtimeMs).toBe(before);
  });

  it.each([
    ['gemini', join('.gemini', 'settings.json'), 'gemini-settings.json'],
    ['cursor', CURSOR, 'only-comments.json'],
    ['cursor', CURSOR, 'minified-empty.json'],
    ['codex', CODEX, 'codex.toml'],
  ])('gives the bytes of %s back with --remove (%s, %s)', async (client, file, fixture) => {
    // No last line break, and a byte order mark: what edits would most easily change.
    const original = `\ufeff${fixtureText(fixture).trimEnd().replaceAll('\n', '\r\n')}`;
    home.put(file, original);
    await home.run(['connect', client, '--yes']);
    expect(home.text(file)).not.toBe(original);
    await home.run(['connect', client, '--yes', '--remove']);
    expect(home.text(file)).toBe(original);
  });

  it('keeps what was added meanwhile when it is removed', async () => {
    home.put(CURSOR, '{\n  "mcpServers": {}\n}\n');
    await home.run(['connect', 'cursor', '--yes']);
    home.put(CURSOR, home.text(CURSOR).replace('"mcpServers": {', '"mcpServers": {\n    "b": { "command": "b" },'));
    await home.run(['connect', 'cursor', '--yes', '--remove']);
    expect(JSON.parse(home.text(CURSOR))).toEqual({ mcpServers: { b: { command: 'b' } } });
  });

  it('writes the file of the project with --project', async () => {
    const { stdout } = await home.run(['connect', 'claude-code', '--project', '--dry-run']);
    expect(stdout).toContain(join(process.cwd(), '.mcp.json'));
    const refused = await home.run(['connect', 'windsurf', '--project', '--dry-run']);
    expect(refused.stderr).toContain('Windsurf has no configuration for projects.');
  });

  it('connects every client that is found with --all, also after a broken one', async () => {
    home.put(CURSOR, fixtureText('broken.json'));
    home.put(CODEX, '');
    home.put(join('.gemini', 'settings.json'), '');
    const { code, stdout, stderr } = await home.run(['connect', '--all', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain(`Cursor: ${join(home.path, CURSOR)}: line 4 is not valid JSON (comma expected).`);
    expect(home.text(CURSOR)).toBe(fixtureText('broken.json'));
    expect(home.text(CODEX)).toContain('[mcp_servers.hirewire]');
    expect(stdout).toContain('Gemini CLI');
    expect(stdout).not.toContain('Windsurf');
  });

  it('loses nothing when several run at once', async () => {
    home.put(CURSOR, fixtureText('cursor-comments.json'));
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(names.map((name) => home.run(['connect', 'cursor', '--yes', '--name', name])));
    for (const name of names) expect(home.text(CURSOR)).toContain(`"${name}": {`);
    expect(home.text(CURSOR)).toContain('// the last one');
    expect(readdirSync(join(home.path, '.cursor')).sort()).toEqual(['mcp.json', 'mcp.json.hirewire-backup']);
  });

  it('refuses a read-only file', async () => {
    chmodSync(home.put(CURSOR, '{}'), 0o444);
    const { code, stderr } = await home.run(['connect', 'cursor', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('it is read-only; nothing was changed. Allow writing to it, or use --print.');
    expect(home.text(CURSOR)).toBe('{}');
    chmodSync(join(home.path, CURSOR), 0o644);
  });

  it('changes a file of ten megabytes', async () => {
    const history = Array.from({ length: 100_000 }, (_, index) => ({ display: `prompt ${index}`, pastedContents: {} }));
    home.put('.claude.json', JSON.stringify({ projects: { '/a': { history } }, mcpServers: {} }, null, 2));
    expect((await home.run(['connect', 'claude-code', '--yes'])).code).toBe(0);
    expect(JSON.parse(home.text('.claude.json'))).toMatchObject({ mcpServers: { hirewire: STARTS } });
  });

  it('writes no key, wherever one is set', async () => {
    const canary = 'ap_canary_0123456789abcdef';
    const keys = { AGRENTING_API_KEY: canary, AGRENTING_AGENT_KEY: canary, HUMANS2AI_API_KEY: canary };
    const { stdout, stderr } = await home.run(['connect', 'cursor', '--yes'], keys);
    expect(`${stdout}${stderr}${home.text(CURSOR)}`).not.toContain(canary);
  });

  it.each([
    [['connect', 'cursr'], 'Did you mean cursor?'],
    [['connect', 'cursor', '--dryrun'], 'Did you mean --dry-run?'],
    [['connect', 'cursor', '--name', 'a b'], '--name is up to 24 letters'],
    [['connect', 'cursor', '--', '--raed-only'], 'The server does not know these flags: --raed-only'],
    [['connect', 'cursor', '--', '--confirm', 'maybe'], '--confirm is one of auto, ask, token, never'],
    [['connect', 'cursor', '--all'], 'not both'],
    [['connect', '--print'], 'Name the client'],
    [['tools', '--', '--read-only'], 'takes nothing after "--"'],
    [['connect'], 'No client was found. Name one of claude-code, '],
  ])('%j exits with 2', async (args, sentence) => {
    const { code, stderr } = await home.run(args);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
    expect(existsSync(join(home.path, CURSOR))).toBe(false);
  });

  it('wants to know which client when several are found', async () => {
    home.put(CURSOR, '{}');
    home.put(CODEX, '');
    const { code, stderr } = await home.run(['connect', '--yes']);
    expect(stderr).toContain('Several clients were found: codex, cursor. Name one, or give --all.');
    expect(code).toBe(2);
  });
});
