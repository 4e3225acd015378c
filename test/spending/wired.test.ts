import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Backend, createBackend } from '../../src/backend/index.js';
import { callTool } from '../../src/bridge/call-tool.js';
import { type FlagValues, resolveSettings } from '../../src/config/settings.js';
import type { Tool } from '../../src/marketplaces/define.js';
import { allTools } from '../../src/tools.js';
import { sandboxOf, type Wired, wire } from '../../src/wire.js';
import { allOperations, openJournalFile } from './support/bridge.js';

/** The gate as the bridge puts it together: its settings, its journal file, its background. */

const hire = {
  agent_did: 'did:agrenting:swift',
  task_description: 'Summarize this.',
  capability: 'summarize',
  max_price: '2.00',
};

let folder: string;
let backend: Backend;
/** Requests that change something, as they arrive. */
let writes: number;
let broken: boolean;
const wired: Wired[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hirewire-wired-'));
  backend = await createBackend({ settings: { rateLimits: false } });
  writes = 0;
  broken = false;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  for (const one of wired.splice(0)) await one.close();
  await backend.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function start(flags: FlagValues = {}): Wired {
  const env = { HIREWIRE_DATA_DIR: folder, HIREWIRE_CONFIG: join(folder, 'none.json') };
  const settings = resolveSettings({ confirm: 'never', ...flags }, env);
  const sandbox = sandboxOf(backend);
  const one = wire(settings, async () => ({
    ...sandbox,
    close: async () => undefined,
    fetch: async (request) => {
      if (request.method !== 'GET') writes += 1;
      const response = await backend.fetch(request);
      if (broken && request.method !== 'GET') throw new TypeError('terminated');
      return response;
    },
  }));
  wired.push(one);
  return one;
}

async function call(one: Wired, name: string, args: unknown): Promise<string> {
  const find = (): Tool => {
    const tool = allTools.find((candidate) => candidate.name === name);
    if (!tool) throw new Error(`there is no ${name}`);
    return tool;
  };
  const request = { signal: new AbortController().signal, host: { canAsk: false }, progress: async () => undefined };
  const answer = await callTool(find, args, request, one);
  if (answer.kind === 'ask') throw new Error('nobody can be asked here');
  return answer.result.content.map(({ text }) => text).join('\n');
}

/** The operations on disk. */
async function operations() {
  const file = openJournalFile(join(folder, 'operations.db'));
  try {
    return await allOperations(file);
  } finally {
    await file.close();
  }
}

describe('a bridge', () => {
  it('takes up in the background what an earlier one left open', async () => {
    broken = true;
    const first = start();
    expect(await call(first, 'hire_agent', hire)).toContain('OUTCOME_UNKNOWN');
    await first.close();
    broken = false;
    start().spending.resume();
    await vi.waitFor(async () => expect((await operations()).map(({ state }) => state)).toEqual(['done']));
  }, 20_000);

  it('with --read-only sends nothing of it, neither in the background nor through get_operation', async () => {
    broken = true;
    const first = start();
    await call(first, 'hire_agent', hire);
    await first.close();
    const [operation] = await operations();
    const sent = writes;
    const reader = start({ 'read-only': true });
    reader.spending.resume();
    await call(reader, 'get_operation', { id: operation?.key });
    expect(writes).toBe(sent);
  }, 20_000);

  it('whose journal is damaged moves no money and says so, and goes on once the file is in order', async () => {
    writeFileSync(join(folder, 'operations.db'), 'this is no database, but long enough to look like some file');
    const one = start();
    one.spending.resume();
    const refusal = await call(one, 'hire_agent', hire);
    expect(refusal).toContain('JOURNAL_UNAVAILABLE');
    expect(refusal.endsWith('Nothing was changed.')).toBe(true);
    expect(writes).toBe(0);
    rmSync(join(folder, 'operations.db'));
    expect(await call(one, 'hire_agent', hire)).toContain('"outcome":"done"');
  });

  it('whose journal is held by another program survives that', async () => {
    const holder = openJournalFile(join(folder, 'operations.db'));
    const rejections: unknown[] = [];
    const note = (error: unknown) => void rejections.push(error);
    process.on('unhandledRejection', note);
    const one = start();
    const gate = await one.spending.journal();
    vi.spyOn(gate, 'unsettled').mockRejectedValue(new Error('locked'));
    one.spending.resume();
    await vi.waitFor(() => expect(vi.mocked(gate.unsettled)).toHaveBeenCalled());
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
    await holder.close();
  });
});
