import { setTimeout } from 'node:timers/promises';
import { VERSION } from '../connections.js';
import { inShortWithAdvice } from '../marketplaces/hosted/faults.js';
import { Mounts } from '../marketplaces/hosted/mounts.js';
import { check, fail, pass, skip, warn } from './finding.js';

const LIMIT_MS = 10_000;
const FIX = 'Look at its server, its URL and its key';

/** Whether each mounted server answers, and whether it still offers what was accepted. */
export const mountsCheck = check('mounts', async ({ settings }) => {
  if (settings instanceof Error) return [skip('not looked at: the settings cannot be used')];
  const { mounts, dataFolder, credentials } = settings;
  if (mounts.length === 0) return [skip('no other server is mounted (hirewire mount add)')];
  const opened = new Mounts({ mounts, dataFolder, credentials, version: VERSION });
  try {
    return await Promise.all(
      opened.all.map(async (mount) => {
        const { name, url } = mount.settings;
        try {
          const found = mount.look().then(() => true);
          const inTime = await Promise.race([found, setTimeout(LIMIT_MS, false, { ref: false })]);
          if (!inTime) return fail(`${name} at ${url.origin} did not answer within ${LIMIT_MS / 1_000} s`, FIX);
        } catch (error) {
          return fail(`${name} at ${url.origin}: ${inShortWithAdvice(error)}`, FIX);
        }
        const changed = mount.changes.length;
        if (changed > 0) {
          return warn(
            `${name}: ${changed} definitions have changed and are refused`,
            `Run: hirewire mount accept ${name}`,
          );
        }
        const { wire } = mount.remembered ?? {};
        return pass(
          `${name} at ${url.origin} answers (${wire?.kind} ${wire?.era}): ${mount.shown?.tools.length ?? 0} tools`,
        );
      }),
    );
  } finally {
    await opened.close();
  }
});
