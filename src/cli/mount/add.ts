import { type MountEntry, mountOf, mountShape } from '../../config/mounts.js';
import { SettingsError } from '../../config/settings-error.js';
import { inShortWithAdvice } from '../../marketplaces/hosted/faults.js';
import type { Arguments } from '../index.js';
import { nameIn, offering, standing, withMount } from './known.js';
import { writeMount } from './settings-file.js';

/** Adds a mount to the settings file, or replaces it, and looks at it once. @returns the exit code. */
export async function add(args: Arguments): Promise<number> {
  const name = nameIn(args);
  if (args.url === undefined) throw new SettingsError(`Say where it is: hirewire mount add ${name} URL`);
  const entry = entryOf(args);
  const mount = mountOf(name, entry, process.env, true);
  // A settings file that cannot be used is not written to.
  const settings = standing();
  const path = await writeMount(name, entry);
  process.stdout.write(`Added ${name} to ${path}.\n`);
  await withMount(settings, mount, async (opened) => {
    try {
      await opened.look();
      const { wire, server } = opened.remembered ?? {};
      const who = server?.name ? ` (${[server.name, server.version].filter(Boolean).join(' ')})` : '';
      process.stdout.write(
        `It answers${who} over ${wire?.kind === 'sse' ? 'HTTP with SSE' : 'HTTP'}: ${offering(opened)}.\n`,
      );
    } catch (error) {
      process.stderr.write(`hirewire: it cannot be used yet. ${inShortWithAdvice(error)}\n`);
    }
  });
  return 0;
}

function entryOf(args: Arguments): MountEntry {
  const list = (value: unknown) =>
    value === undefined
      ? undefined
      : String(value)
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean);
  const given = {
    url: String(args.url),
    kind: args.kind,
    auth: args.auth,
    prefix: args.prefix,
    allow: list(args.allow),
    deny: list(args.deny),
    trusted: args.trust,
    'per-minute': args['per-minute'],
    timeout: args.timeout,
  };
  const parsed = mountShape.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SettingsError(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}.`);
}
