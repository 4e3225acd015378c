import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, startClient } from '../interop/clients.js';
import { dice, seedOfRun, sized } from '../spending/support/random.js';
import { type Folder, temporaryFolder } from '../stdio/program.js';
import { RawClient } from '../stdio/raw-client.js';
import { Stall } from '../worker/support/stall.js';
import { WorkProcess } from '../worker/support/work-process.js';

/** One terminal hosts `hirewire work`, the other a chat host that hires it; then the plug of either is pulled. */

const HIRES = sized(4, 60, 2);

let folder: Folder;
let stall: Stall;
beforeEach(async () => {
  folder = temporaryFolder();
  stall = await Stall.open(folder.path);
});
afterEach(async () => {
  await stall.close();
  folder.remove();
});

const hire = (task: string) => ({
  agent_did: 'did:agrenting:seller',
  task_description: task,
  capability: 'general',
  max_price: '5.00',
});
/** The settings of the hirer's terminal. */
const hirer = () => ({
  AGRENTING_URL: stall.backend.url,
  AGRENTING_API_KEY: stall.backend.credentials.agrenting.hirer,
});

describe('two terminals', () => {
  it('see a hire go from queued to completed, each by what is pushed to it, and the money moves once', async () => {
    const worker = new WorkProcess(stall, 'ledger');
    const own = temporaryFolder();
    const settings = { folder: own.path, env: hirer(), args: ['--confirm', 'never'] };
    const host = await startClient('2.x client, 2026-07-28', settings);
    await worker.told(1, 'started');
    await stall.pending();
    const before = Number(at((await host.call('check_balance')).data, 'available'));
    const hired = await host.call('hire_agent', hire('Two terminals'));
    const id = String(hired.data.hiring_id);
    const uri = `hiring://${id}/status`;
    const first = JSON.parse(await host.readResource(uri));
    const unsubscribe = await host.subscribe(uri);
    const seen = [String(first.status)];
    for (let updates = 1; seen.at(-1) !== 'completed'; updates += 1) {
      await host.updated(uri, updates);
      seen.push(String(JSON.parse(await host.readResource(uri)).status));
    }
    await unsubscribe();
    expect(seen.filter((status, index) => status !== seen[index - 1])).toEqual(
      seen[0] === 'queued' ? ['queued', 'in_progress', 'completed'] : ['in_progress', 'completed'],
    );
    await worker.told(1, 'delivered');
    expect(worker.hirings('taken')).toEqual([id]);
    expect(worker.hirings('delivered')).toEqual([id]);
    const after = Number(at((await host.call('check_balance')).data, 'available'));
    expect(before - after).toBe(5);
    expect(await stall.books()).toEqual({ earned: '4.75', balanced: true });
    await host.close();
    own.remove();
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('lose nothing but time when the plug of either is pulled at any moment', async () => {
    const roll = dice(seedOfRun(16_180_339));
    const own = temporaryFolder();
    const open = async () => {
      const bridge = new RawClient(own.path, ['--confirm', 'never', '--log-level', 'error'], hirer());
      await bridge.initialize();
      return bridge;
    };
    const flags = ['--attempts', '1000', '--env', 'WORK_MS=200'];
    let worker = new WorkProcess(stall, 'ledger', flags);
    let bridge = await open();
    await stall.pending();
    let pulled = 0;
    const ids: string[] = [];
    for (let count = 0; count < HIRES; count += 1) {
      const args = hire(`Plug ${count} ${randomUUID()}`);
      const fate = Promise.race([bridge.call('hire_agent', args).catch(() => undefined), bridge.exited]);
      // The moment of a failure is the one thing here that only real time can give.
      await new Promise((resolve) => setTimeout(resolve, roll.below(120)));
      if (roll.chance(0.5)) await bridge.stop();
      else await worker.end('SIGKILL');
      pulled += 1;
      await fate;
      if (bridge.child.exitCode !== null || bridge.child.signalCode !== null) bridge = await open();
      else worker = new WorkProcess(stall, 'ledger', flags);
      // A model that does not know repeats its call: it is told of the hiring that there is, or makes the only one.
      const { result } = await bridge.request('tools/call', { name: 'hire_agent', arguments: args });
      const [, id = ''] = /hiring_id\W+([0-9a-f-]{36})/.exec(JSON.stringify(result)) ?? [];
      await untilCompleted(bridge, id);
      ids.push(id);
    }
    const { hirings } = await bridge.call('list_my_hirings', { limit: 100 });
    const made = Array.isArray(hirings) ? hirings.length : 0;
    expect(new Set(ids).size).toBe(HIRES);
    const { earned, balanced } = await stall.books();
    expect({ made, earned, balanced }).toEqual({
      made: HIRES,
      earned: ((HIRES * 475) / 100).toFixed(2),
      balanced: true,
    });
    for (const id of ids) expect(stall.log(id), id).not.toContain('OVERLAP');
    await worker.end('SIGTERM');
    await bridge.stop();
    own.remove();
    console.log(
      `figure: two-terminals hires=${HIRES} plugs-pulled=${pulled} hirings=${made} earned=${earned} seed=${roll.seed}`,
    );
  });
});

async function untilCompleted(bridge: RawClient, id: string): Promise<void> {
  for (;;) {
    const waited = await bridge.call('wait_for_hirings', { hiring_ids: [id], wait_seconds: 25 });
    const status = at(waited, 'hirings.0.status');
    if (status === 'completed') return;
    if (at(waited, 'hirings.0.final') === true) throw new Error(`${id} ended as ${String(status)}`);
  }
}
