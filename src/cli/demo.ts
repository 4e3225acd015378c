import { toFacts } from '../errors.js';
import { log } from '../log.js';
import { formatAmount } from '../money.js';
import { hireAgents } from './demo/hire-agent.js';
import { hireAHuman } from './demo/hire-human.js';
import { lastTransfer, statement } from './demo/ledger.js';
import { Screen } from './demo/screen.js';
import { Session, StoryError } from './demo/session.js';
import type { Command } from './index.js';
import { paint, table } from './table.js';

export const demoCommand: Command = {
  usage: 'demo',
  summary: 'Watch an agent and a human being hired, working and getting paid',
  options: (argv) => argv.option('fast', { type: 'boolean', describe: 'without pauses for the eye' }),
  async run(args) {
    const screen = new Screen(args.fast === true);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    screen.print(`  ${paint('bold', 'hirewire demo')} · play money, simulated people, a sandbox in memory`);
    const session = await Session.open(screen, stop.signal);
    try {
      await tell(session, screen);
      return 0;
    } catch (error) {
      if (stop.signal.aborted) {
        screen.failed('Stopped. The sandbox is gone, and nothing outside it was touched.');
        return 130;
      }
      if (!(error instanceof StoryError)) log('error', 'the demo met an error', error);
      screen.failed(error instanceof StoryError ? error.message : toFacts(error).message);
      return 1;
    } finally {
      await session.close();
    }
  },
};

/** @throws {StoryError} unless both sides were hired and paid and the ledger holds. */
async function tell(session: Session, screen: Screen): Promise<void> {
  const before = await lastTransfer(session.backend);
  await hireAgents(session);
  await hireAHuman(session);
  const { transfers, currencies, balances, sums, holds } = await statement(session.backend, before);

  screen.heading('Who paid whom');
  const paid = transfers.map(({ from, to, amount, currency, kind }) => [from, to, amount, currency, WHY[kind] ?? kind]);
  screen.print(indented(table(['from', 'to', 'amount', 'currency', 'why'], paid)));

  screen.heading('Who has what now');
  const has = balances.map(({ name, units }) => [name, ...units.map((each) => (each === undefined ? '' : show(each)))]);
  screen.print(indented(table(['', ...currencies], [...has, ['sum of all accounts', ...sums.map(show)]])));
  if (!holds) throw new StoryError('The ledger does not hold: what was paid and what was received differ.');
  screen.print(
    `  ${paint('green', '✔')} Everybody was paid, and the ledger sums to zero. Next: add hirewire to your MCP client (README).`,
  );
}

const show = (units: bigint): string => formatAmount(units);

const WHY: Readonly<Record<string, string>> = {
  lock: 'lock: held when you agreed',
  release: 'release: paid for the work',
  fee: "fee: the marketplace's share",
  refund: 'refund: given back',
};

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');
