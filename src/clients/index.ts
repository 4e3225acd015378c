import { existsSync } from 'node:fs';
import { claudeCode } from './claude-code.js';
import { claudeDesktop } from './claude-desktop.js';
import type { Client, Machine } from './client.js';
import { codex } from './codex.js';
import { cursor } from './cursor.js';
import { gemini } from './gemini.js';
import { vscode } from './vscode.js';
import { windsurf } from './windsurf.js';

/** The clients that `hirewire connect` knows. */
export const CLIENTS: readonly Client[] = [claudeCode, claudeDesktop, codex, cursor, gemini, vscode, windsurf];

/** The clients that have left a trace on this computer. */
export const clientsFound = (machine: Machine): Client[] =>
  CLIENTS.filter((client) => client.traces(machine).some((path) => existsSync(path)));
