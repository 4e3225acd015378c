import { parseArgs } from 'node:util';
import { type FlagValues, SETTING_NAMES } from '../config/settings.js';

/**
 * The flags of a plain `hirewire [serve] [--flag value …]`, read with Node's own parser: hosts start the server so, and
 * loading the full command line would be a third of the start. Anything unusual is undefined and left to the full one.
 */
export function quickServeFlags(args: readonly string[]): Record<string, unknown> | undefined {
  const rest = args[0] === 'serve' ? args.slice(1) : args;
  const options = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, { type: typeOf(name), multiple: name === REPEATED }]),
  );
  try {
    const { values } = parseArgs({ args: [...rest], options, strict: true, allowPositionals: false });
    const frame = values['max-frame'];
    return frame === undefined ? values : { ...values, 'max-frame': Number(frame) };
  } catch {
    return undefined;
  }
}

const REPEATED = 'mount' satisfies keyof FlagValues;

const typeOf = (name: string): 'boolean' | 'string' =>
  name === ('read-only' satisfies keyof FlagValues) ? 'boolean' : 'string';
