import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentFormat, Entry, Place } from '../../src/clients/document.js';
import { jsonDocument } from '../../src/clients/json-document.js';
import { tomlDocument } from '../../src/clients/toml-document.js';

/** Configuration files as people have them, and the entry that is put into them. */

export interface FixtureConfig {
  readonly name: string;
  readonly text: string;
  readonly format: DocumentFormat;
  readonly place: Place;
}

const SOUND = [
  'claude-code.json',
  'claude-desktop.json',
  'codex-no-servers.toml',
  'codex.toml',
  'cursor-comments.json',
  'gemini-settings.json',
  'minified-empty.json',
  'minified.json',
  'one-line.json',
  'only-comments.json',
  'vscode-inputs.json',
];

export const ENTRY: Entry = {
  command: '/opt/no de/bin/node',
  args: ['C:\\hire "wire"\\bin\\hirewire.js', '--read-only'],
};

export const fixtureText = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/client-configs', name), 'utf8');

export const fixtureConfig = (name: string, text = fixtureText(name)): FixtureConfig => ({
  name,
  text,
  format: name.endsWith('.toml') ? tomlDocument : jsonDocument,
  place: { container: containerOf(name), name: 'hirewire' },
});

function containerOf(name: string): string {
  if (name.endsWith('.toml')) return 'mcp_servers';
  return name.startsWith('vscode') ? 'servers' : 'mcpServers';
}

/** Every sound file as it is, with the line breaks of Windows, and without its last one. */
export const SOUND_CONFIGS: readonly FixtureConfig[] = SOUND.flatMap((name) => {
  const text = fixtureText(name);
  return [
    fixtureConfig(name),
    { ...fixtureConfig(name, text.replaceAll('\n', '\r\n')), name: `${name} with CRLF` },
    { ...fixtureConfig(name, text.trimEnd()), name: `${name} without a last line break` },
  ];
});
