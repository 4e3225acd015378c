import { join } from 'node:path';
import type { Operation } from '../../../src/spending/journal.js';
import { allOperations, openJournalFile } from '../../spending/support/bridge.js';
import { RawClient } from '../../stdio/raw-client.js';
import type { Marketplace } from './marketplace.js';
import type { Scenario } from './scenarios.js';

/** A host that starts the bridge again when it died, and a model that repeats its call until it knows. */

const PATIENCE_MS = 30_000;

export interface Heard {
  /** The answer's text: JSON of a result, or an error. */
  readonly text: string;
  readonly isError: boolean;
}

export async function startBridge(
  folder: string,
  market: Marketplace,
  failpoint?: string,
  flags: readonly string[] = [],
): Promise<RawClient> {
  const env = { ...market.env, ...(failpoint ? { HIREWIRE_FAILPOINT: failpoint } : {}) };
  const client = new RawClient(folder, ['--confirm', 'never', '--log-level', 'error', ...flags], env);
  await client.initialize();
  return client;
}

/** What became of a call; undefined when the bridge died over it. */
export async function say(
  client: RawClient,
  { tool, args }: Pick<Scenario, 'tool' | 'args'>,
): Promise<Heard | undefined> {
  const answer = client.request('tools/call', { name: tool, arguments: args });
  const heard = await Promise.race([answer, client.exited.then(() => undefined), late()]);
  if (!heard) return undefined;
  const { result } = heard;
  const fields: Record<string, unknown> = typeof result === 'object' && result !== null ? { ...result } : {};
  return { text: JSON.stringify(fields.structuredContent ?? fields.content), isError: fields.isError === true };
}

function late(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer within half a minute')), PATIENCE_MS).unref();
  });
}

/** Repeats the call, with a bridge that stays alive, until the outcome is known. @returns what the model heard last. */
export async function insist(folder: string, market: Marketplace, scenario: Scenario): Promise<Heard> {
  const client = await startBridge(folder, market);
  try {
    for (let tries = 0; tries < 20; tries += 1) {
      const heard = await say(client, scenario);
      if (heard && !/OUTCOME_UNKNOWN|UNAVAILABLE/.test(heard.text)) return heard;
    }
    throw new Error('the outcome stayed unknown');
  } finally {
    await client.stop();
  }
}

export async function operationsIn(folder: string): Promise<Operation[]> {
  const file = openJournalFile(join(folder, 'operations.db'));
  try {
    return await allOperations(file);
  } finally {
    await file.close();
  }
}

/** What is wrong after a call was killed and repeated; empty when it happened once and everybody knows. */
export async function wrongWith(folder: string, scenario: Scenario, heard: Heard): Promise<string[]> {
  const wrong: string[] = [];
  const effects = await scenario.effects();
  const [only] = effects;
  if (effects.length !== 1 || only === undefined) wrong.push(`${effects.length} effects`);
  else if (!heard.text.includes(only)) wrong.push(`the model was not told of ${only}: ${heard.text.slice(0, 300)}`);
  if (heard.isError && !heard.text.includes('POSSIBLE_DUPLICATE')) wrong.push(`heard ${heard.text.slice(0, 300)}`);
  const operations = await operationsIn(folder);
  const states = operations.map(({ state }) => state).join(' ');
  if (states !== 'done') wrong.push(`the journal says ${states || 'nothing'}`);
  return wrong;
}
