import { join } from 'node:path';
import { createBackend } from '../../src/backend/index.js';
import { contextFor } from '../../src/bridge/call-tool.js';
import { resolveSettings } from '../../src/config/settings.js';
import { hireAgent } from '../../src/marketplaces/agrenting/tools/hire-agent.js';
import { sandboxOf, wire } from '../../src/wire.js';
import { fund } from '../backend/fund.js';
import { type Line, median, ms, paired, timed, times } from './measure.js';

/** What the spending gate adds to a money call: the same tool, with the gate and without it. */
export async function gateCost(folder: string): Promise<Line[]> {
  const backend = await createBackend({ settings: { rateLimits: false } });
  await fund(backend.env.db, backend.env.clock.now());
  const settings = resolveSettings(
    { confirm: 'never' },
    { HIREWIRE_DATA_DIR: folder, HIREWIRE_CONFIG: join(folder, 'none.json') },
  );
  const wired = wire(settings, async () => sandboxOf(backend));
  const request = { signal: new AbortController().signal, progress: async () => undefined };
  const context = await contextFor(hireAgent, request, wired);
  const { account } = await wired.connections.connect('agrenting.hirer');
  const gate = await wired.spending.gate();
  let count = 0;
  const call = () => {
    count += 1;
    const args = {
      agent_did: 'did:agrenting:swift',
      task_description: `gate ${count}`,
      capability: 'summarize',
      max_price: '2.00',
    };
    const made = hireAgent.money?.(args);
    if (!made) throw new Error('hire_agent moves no money any more');
    return made;
  };
  const batch = (one: () => Promise<unknown>) => async () => {
    const samples: number[] = [];
    for (let index = 0; index < 60; index += 1) samples.push(await timed(one));
    return median(samples);
  };
  const withGate = batch(() => gate.run({ tool: hireAgent, call: call(), account, context, host: { canAsk: false } }));
  const without = batch(() => call().send(context, `bench-key-${count}`));
  const journalOnly = batch(async () => {
    const made = call();
    await made.preview(context);
    await made.send(context, `bench-key-${count}`);
  });
  const whole = await paired(4, withGate, without);
  const journal = await paired(4, withGate, journalOnly);
  await wired.close();
  const line = (what: string, against: string, pair: typeof whole): Line => ({
    what,
    ours: ms(pair.ours),
    against: `${against}: ${ms(pair.theirs)}`,
    ratio: times(pair.ratio),
  });
  return [
    line('hire through the spending gate', 'the same call without it', whole),
    line('hire through the spending gate', 'preview and send without journal and limits', journal),
  ];
}
