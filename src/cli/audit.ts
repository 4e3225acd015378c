import { SettingsError } from '../config/settings-error.js';
import type { Command } from './index.js';

export const auditCommand: Command = {
  usage: 'audit <action>',
  summary: "Verify that a marketplace's audit log is whole",
  flags: ['db', 'head'],
  options: (argv) =>
    argv
      .positional('action', { type: 'string', describe: 'verify' })
      .option('db', { type: 'string', demandOption: true, requiresArg: true, describe: 'the database file' })
      .option('head', { type: 'string', requiresArg: true, describe: 'NUMBER:HASH of an earlier verification' })
      .option('json', { type: 'boolean', describe: 'as one JSON line' }),
  async run(args) {
    if (args.action !== 'verify') throw new SettingsError('The action is verify.');
    const kept = args.head === undefined ? undefined : headOf(String(args.head));
    const { FileProblem, checkAudit, openForInspection } = await import('../backend/store/inspect.js');
    const opened = await openForInspection(String(args.db)).catch((error: unknown) => {
      throw error instanceof FileProblem ? new SettingsError(error.message, { cause: error }) : error;
    });
    const finding = await checkAudit(opened.db, kept).finally(() => opened.close());
    if (args.json === true) {
      const facts = finding.ok
        ? { ok: true, rows: Number(finding.head.seq), head: `${finding.head.seq}:${finding.head.hash}` }
        : { ok: false, row: Number(finding.seq), problem: finding.problem };
      process.stdout.write(`${JSON.stringify(facts)}\n`);
    } else if (finding.ok) {
      const { seq, hash } = finding.head;
      process.stdout.write(`${seq} rows, unbroken.\nHead: ${seq}:${hash}\n${KEEP}`);
    } else {
      process.stdout.write(`The audit log was tampered with at row ${finding.seq}: ${finding.problem}.\n`);
    }
    return finding.ok ? 0 : 1;
  },
};

const KEEP =
  'Write the head down elsewhere. With --head it proves later that nothing before it was exchanged, even by somebody\n' +
  'who can write the whole file.\n';

function headOf(text: string): { seq: bigint; hash: string } {
  const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) {
    throw new SettingsError('--head is the number and the hash that an earlier "audit verify" printed, NUMBER:HASH.');
  }
  return { seq: BigInt(seq), hash };
}
