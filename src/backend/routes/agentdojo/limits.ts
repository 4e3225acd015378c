import type { Limit } from '../../rate-limits.js';

/** AgentDojo's limits a minute and key, as they are documented (contract notes §7). */

const MINUTE = 60_000;
const DOCUMENTED: Readonly<Record<string, number>> = {
  protocol: 100,
  servers: 60,
  'server-changes': 20,
  'server-tools': 30,
  'toolkit-creation': 10,
  toolkits: 100,
  'toolkit-changes': 50,
  'toolkit-deletion': 20,
  'tool-creation': 50,
  tools: 100,
  'tool-lists': 100,
  'tool-calls': 1_000,
  'resource-creation': 50,
  'resource-lists': 100,
  'resource-reads': 500,
  'resource-subscriptions': 100,
};

export const limitFor = (bucket: string): Limit => ({ max: DOCUMENTED[bucket] ?? 100, windowMs: MINUTE });

/** The sentence of the protocol reference. */
export const limitText = (seconds: number): string => `Rate limit exceeded. Try again in ${seconds} seconds.`;
