import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings-error.js';
import { HirewireError } from '../errors.js';
import { SANDBOX_NOTICE } from '../spending/notices.js';
import { type Wired, wire } from '../wire.js';
import type { WorkerEvent } from '../worker/events.js';
import type { Worker } from '../worker/worker.js';
import type { Arguments, Command } from './index.js';
import { settingsFrom } from './settings-from.js';
import { environmentOf, limitsOf, performerOf, WORK_FLAGS, withWorkOptions } from './work/prepare.js';
import { WorkScreen } from './work/screen.js';

export const workCommand: Command = {
  usage: 'work',
  summary: 'Be hired: let a program, or an agent, do the work of your agent on Agrenting',
  flags: WORK_FLAGS,
  options: withWorkOptions,
  async run(args) {
    const settings = settingsFrom(args);
    const wired = wire(settings);
    try {
      return await work(args, settings, wired);
    } finally {
      await wired.close();
    }
  },
};

/** @returns the exit code. @throws {SettingsError} */
async function work(args: Arguments, settings: Settings, { connections, mounts }: Wired): Promise<number> {
  const environment = environmentOf(args, settings);
  const limits = limitsOf(args);
  const program = await performerOf(args, environment, mounts);
  const { api, account } = await connections.connect('agrenting.agent').catch((error: unknown) => {
    if (!(error instanceof HirewireError) || error.facts.code !== 'NOT_CONFIGURED') throw error;
    throw new SettingsError(NO_KEY, { cause: error });
  });
  // SQLite and all that works with it are loaded when it is clear that there will be work.
  const { openWorker, WorkerError } = await import('../worker/index.js');
  const screen = new WorkScreen(args.json === true);
  const report = (event: WorkerEvent): void => screen.show(event, worker, Date.now());
  const once = args.once === true;
  const file = join(settings.dataFolder, 'worker.db');
  const { worker, close } = openWorker({
    api,
    file,
    origin: account.origin,
    program,
    environment,
    report,
    once,
    ...limits,
  });
  if (account.sandbox) process.stderr.write(`hirewire: working in the sandbox. ${SANDBOX_NOTICE}\n`);
  const { concurrency } = limits;
  report({ event: 'started', marketplace: account.origin, sandbox: account.sandbox, concurrency });
  const asked = listen(worker);
  const stopped = await worker.run().then(
    () => undefined,
    (error: unknown) => error,
  );
  report({ event: 'stopped', ...worker.tally });
  screen.end();
  await close();
  if (stopped !== undefined && !(stopped instanceof WorkerError)) throw stopped;
  if (stopped) process.stderr.write(`hirewire: ${stopped.message}\n`);
  const { failed, dropped, left } = worker.tally;
  if (stopped || (once && failed + dropped + left > 0)) return 1;
  return asked.twice ?? 0;
}

const NO_KEY =
  'Your agent sells under its own key: set AGRENTING_AGENT_KEY. Without any key or URL, the sandbox is used instead.';

/** The first signal lets running work come to its end; the second one stops at once and is the exit code. */
function listen(worker: Worker): { twice?: number } {
  const asked: { once?: true; twice?: number } = {};
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(name, () => {
      if (!asked.once) worker.drain();
      else {
        asked.twice = code;
        worker.halt();
      }
      asked.once = true;
    });
  }
  return asked;
}
