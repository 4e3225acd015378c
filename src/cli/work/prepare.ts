import type { Argv } from 'yargs';
import type { Settings } from '../../config/settings.js';
import { SettingsError } from '../../config/settings-error.js';
import { registerSecret } from '../../log.js';
import type { Wired } from '../../wire.js';
import { splitWords } from '../../worker/command-line.js';
import { cleanEnvironment, looksSecret, namedVariables, type Variables } from '../../worker/environment.js';
import { OUTPUT_MAX } from '../../worker/outcome.js';
import type { Program } from '../../worker/program.js';
import { isThere } from '../../worker/which.js';
import type { Arguments } from '../index.js';

/** The flags of `hirewire work`, and what they come to. */

/** Flags of this command alone, for whoever mistypes one. */
export const WORK_FLAGS: readonly string[] = [
  'exec',
  'agent',
  'mount',
  'shell',
  'concurrency',
  'timeout',
  'max-output',
  'attempts',
  'grace',
  'env',
  'once',
  'json',
];

export const withWorkOptions = (argv: Argv): Argv =>
  argv
    .option('exec', { type: 'string', nargs: 1, describe: 'the program that does the work' })
    .option('agent', { type: 'string', nargs: 1, describe: 'or NAME[:TOOL]: an agent behind a mount does it' })
    .option('mount', { type: 'string', nargs: 1, describe: 'NAME=URL: a mount for --agent, beside those that are set' })
    .option('shell', { type: 'boolean', default: false, describe: 'let a shell run --exec, for pipes and variables' })
    .option('concurrency', { type: 'number', default: 1, describe: 'how many hirings at a time' })
    .option('timeout', { type: 'number', default: 3_600, describe: 'seconds that one may take' })
    .option('max-output', { type: 'number', default: OUTPUT_MAX, describe: 'bytes of stdout; more fails the hiring' })
    .option('attempts', { type: 'number', default: 2, describe: 'runs of a hiring at most, if the worker dies in it' })
    .option('grace', { type: 'number', default: 30, describe: 'seconds to finish in, after the first Ctrl-C' })
    .option('env', { type: 'string', nargs: 1, describe: 'NAME or NAME=value for the program; repeat it for more' })
    .option('once', { type: 'boolean', describe: 'do what waits, then exit; with 1 unless all was delivered' })
    .option('json', { type: 'boolean', describe: 'tell events as JSON lines' })
    .option('agrenting-url', { type: 'string', nargs: 1, describe: 'Agrenting base URL (AGRENTING_URL)' })
    .option('log-level', { type: 'string', nargs: 1, describe: 'debug, info, warn or error, on stderr' })
    .example('$0 work --agent helper', 'the agent of a mount is asked, its answer is the result')
    .example("$0 work --exec 'claude -p'", 'the task is on its stdin, its stdout is the result');

export interface WorkLimits {
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly maxOutput: number;
  readonly attempts: number;
  readonly graceMs: number;
}

/** @throws {SettingsError} */
export function limitsOf(args: Arguments): WorkLimits {
  return {
    concurrency: whole(args, 'concurrency', 1, 100),
    timeoutMs: 1_000 * whole(args, 'timeout', 1, 7 * 86_400),
    maxOutput: whole(args, 'max-output', 1, OUTPUT_MAX),
    attempts: whole(args, 'attempts', 1, 1_000),
    graceMs: 1_000 * whole(args, 'grace', 0, 86_400),
  };
}

function whole(args: Arguments, name: string, least: number, most: number): number {
  const value = args[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SettingsError(`--${name} is a whole number from ${least} to ${most}.`);
}

/** The environment of the program. Values that look secret are kept out of logs and messages. @throws {SettingsError} */
export function environmentOf(args: Arguments, { agrenting, humans2ai }: Settings): Variables {
  const keys = [agrenting.hirerKey, agrenting.agentKey, humans2ai.key].filter((key) => key !== undefined);
  const asked = args.env === undefined ? [] : [args.env].flat().map(String);
  const named = namedVariables(asked, process.env, keys);
  for (const [name, value] of Object.entries(named)) if (looksSecret(name)) registerSecret(value);
  return cleanEnvironment(process.env, named);
}

/**
 * What does the work: the program of --exec, or the agent of --agent.
 * @throws {SettingsError} when neither or both are given, or it is not there.
 */
export async function performerOf(args: Arguments, environment: Variables, mounts: Wired['mounts']) {
  if ((args.exec === undefined) === (args.agent === undefined)) {
    throw new SettingsError(
      'Give either --exec, the program that does the work, or --agent, the agent behind a mount.',
    );
  }
  if (args.exec !== undefined) return programOf(args, environment);
  if (args.shell === true) throw new SettingsError('--shell is for --exec; an agent is asked and not started.');
  const { mountedAgent } = await import('../../worker/mounted-agent.js');
  const loaded = await mounts?.();
  if (!loaded) throw new SettingsError('--agent: there are no mounts; add one with "hirewire mount add".');
  return await mountedAgent(loaded, String(args.agent));
}

/** @throws {SettingsError} when there is no such program. */
function programOf(args: Arguments, environment: Variables): Program {
  const command = String(args.exec);
  const cwd = process.cwd();
  if (args.shell === true) {
    if (command.trim() === '') throw new SettingsError('--exec is empty.');
    return { words: [command], shell: true, cwd };
  }
  const words = splitWords(command);
  const [name = ''] = words;
  if (isThere(name, environment, cwd)) return { words, shell: false, cwd };
  throw new SettingsError(`--exec: there is no program "${name}". Check its name, or give its path.`);
}
