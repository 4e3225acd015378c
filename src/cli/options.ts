import type { Argv } from 'yargs';
import { type FlagValues, SETTING_NAMES } from '../config/settings.js';

export const settingsOptions: readonly string[] = SETTING_NAMES;

const DESCRIPTIONS: Record<keyof FlagValues, string> = {
  'agrenting-url': 'Agrenting base URL (AGRENTING_URL)',
  'humans2ai-url': 'Humans2AI base URL (HUMANS2AI_URL)',
  account: 'which stored account; "default" unless set (HIREWIRE_ACCOUNT)',
  toolsets: 'hirer, agent, tasks, operations; all by default',
  tools: 'only these tools, by name',
  'exclude-tools': 'not these tools; wins over --tools',
  'read-only': 'only tools that read; wins over everything',
  confirm: 'auto, ask, token or never: how consent is obtained before money moves',
  'confirm-above': 'amounts up to this need no confirmation, e.g. "2 USD, 50 A9"',
  'max-per-call': 'refuse a call above this amount',
  'max-per-day': 'refuse what exceeds this in 24 hours',
  'allow-payee': 'only these payees (agent DIDs, ids of humans)',
  'log-level': 'debug, info, warn or error, on stderr',
  'max-frame': 'longest message read from stdin, in bytes',
  mount: 'NAME=URL: offer the tools of this MCP server too; repeatable',
};

/** Adds the settings that serve, tools and call share. */
export function withSettings(argv: Argv): Argv {
  for (const [name, describe] of Object.entries(DESCRIPTIONS)) {
    const type = name === 'read-only' ? 'boolean' : name === 'max-frame' ? 'number' : 'string';
    argv = argv.option(name, { type, describe, requiresArg: type !== 'boolean' });
  }
  return argv;
}
