import { homedir } from 'node:os';
import { dataFolder } from '../config/paths.js';
import type { Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings-error.js';
import { VERSION } from '../connections.js';
import type { Finding } from '../doctor/finding.js';
import type { Arguments, Command } from './index.js';
import { withSettings } from './options.js';
import { settingsFrom } from './settings-from.js';
import { paint } from './table.js';

export const doctorCommand: Command = {
  usage: 'doctor',
  summary: 'Look for what keeps it from working, and say the fix',
  flags: ['json', 'online'],
  options: (argv) =>
    withSettings(argv)
      .option('json', { type: 'boolean', describe: 'as JSON' })
      .option('online', { type: 'boolean', describe: 'ask the marketplaces even if no credential is configured' }),
  async run(args) {
    const { examine } = await import('../doctor/index.js');
    const { startedNow } = await import('../clients/launch.js');
    const findings = await examine({
      machine: { platform: process.platform, home: homedir(), env: process.env, project: process.cwd() },
      started: startedNow(VERSION),
      settings: settingsOrError(args),
      dataFolder: dataFolder(process.env),
      online: args.online === true,
      now: Date.now,
    });
    const ok = findings.every(({ status }) => status !== 'fail');
    process.stdout.write(
      args.json === true ? `${JSON.stringify({ ok, version: VERSION, findings }, null, 2)}\n` : report(findings),
    );
    return ok ? 0 : 1;
  },
};

function settingsOrError(args: Arguments): Settings | Error {
  try {
    return settingsFrom(args);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

const MARKS = {
  pass: ['green', 'pass'],
  warn: ['yellow', 'warn'],
  fail: ['red', 'FAIL'],
  skip: ['dim', ' -  '],
} as const;

function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, status, what, fix }) => {
    const [style, mark] = MARKS[status];
    const arrow = fix === undefined ? '' : `\n${' '.repeat(width + 8)}→ ${fix}`;
    return `${paint(style, mark)}  ${check.padEnd(width)}  ${what}${arrow}`;
  });
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const sum = `${count('pass')} passed, ${count('warn')} to look at, ${count('fail')} failed`;
  return `${lines.join('\n')}\n\n${paint('bold', sum)}\n`;
}
