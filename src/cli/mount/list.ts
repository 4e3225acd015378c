import { VERSION } from '../../connections.js';
import type { Mount } from '../../marketplaces/hosted/mount.js';
import { Mounts } from '../../marketplaces/hosted/mounts.js';
import type { Arguments } from '../index.js';
import { table } from '../table.js';
import { standing } from './known.js';

/** The mounts of the settings file and how they were when they were last looked at. Nothing is asked. */
export async function list(args: Arguments): Promise<number> {
  const { mounts, dataFolder, credentials } = standing();
  const all = new Mounts({ mounts, dataFolder, credentials, version: VERSION }).all.map(viewOf);
  if (args.json === true) {
    process.stdout.write(`${JSON.stringify({ mounts: all }, null, 2)}\n`);
    return 0;
  }
  if (all.length === 0) {
    process.stdout.write('No mounts. Add one: hirewire mount add NAME URL\n');
    return 0;
  }
  const rows = all.map((view) => {
    return [view.name, view.url, view.kind, view.wire ?? '', String(view.tools), String(view.changed), view.state];
  });
  process.stdout.write(`${table(['mount', 'url', 'kind', 'wire', 'tools', 'changed', 'state'], rows)}\n`);
  const changed = all.filter((view) => view.changed > 0);
  for (const { name } of changed) process.stdout.write(`Look at what has changed: hirewire mount accept ${name}\n`);
  return 0;
}

function viewOf({ settings, remembered, shown, changes }: Mount) {
  const { name, url, kind, trusted } = settings;
  const { wire, seen_at, failed_at, failure } = remembered ?? {};
  const state = failed_at ? `away since ${failed_at}: ${failure}` : seen_at ? `seen ${seen_at}` : 'never looked at';
  return {
    name,
    url: url.href,
    kind,
    trusted,
    ...(wire ? { wire: `${wire.kind} ${wire.era}` } : {}),
    tools: shown?.tools.length ?? 0,
    prompts: shown?.prompts.length ?? 0,
    resources: shown?.resources.length ?? 0,
    templates: shown?.templates.length ?? 0,
    changed: changes.length,
    state,
  };
}
