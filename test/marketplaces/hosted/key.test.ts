import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mountOf } from '../../../src/config/mounts.js';
import { resolveSettings } from '../../../src/config/settings.js';
import { mountKey } from '../../../src/marketplaces/hosted/key.js';
import { cleanEnvironment, type Folder, temporaryFolder } from '../../stdio/program.js';

/** A key from a command of the settings file, for the URL that the same file gives. */

const SERVER = 'https://example.org/mcp';
let folder: Folder;
let script: string;

beforeEach(() => {
  folder = temporaryFolder();
  script = join(folder.path, 'key.mjs');
  const command = `${process.execPath} ${script}`;
  const settings = { mounts: { files: { url: SERVER } }, 'credential-command': { 'mount/files': command } };
  writeFileSync(join(folder.path, 'config.json'), JSON.stringify(settings));
});
afterEach(() => folder.remove());

const put = (key: string) => writeFileSync(script, `console.log('${key}')`);
const settings = () => resolveSettings({}, cleanEnvironment(folder.path));

it('is asked for once, and again when the server did not take it', async () => {
  const { mounts, credentials, sandbox } = settings();
  // The key of a mount says nothing of our marketplaces.
  expect(sandbox).toBe(true);
  const [mount] = mounts;
  if (!mount) throw new Error('no mount');
  const key = mountKey(mount, credentials);
  put('sk_first');
  expect(await key.read()).toBe('sk_first');
  put('sk_second');
  expect(await key.read()).toBe('sk_first');
  key.forget();
  expect(await key.read()).toBe('sk_second');
});

it('is not for another URL that a flag gives to the same name', async () => {
  put('sk_first');
  const flag = mountOf('files', { url: 'https://example.com/mcp' }, {}, false);
  await expect(mountKey(flag, settings().credentials).read()).rejects.toMatchObject({
    facts: { code: 'CREDENTIAL_UNAVAILABLE', details: { problem: 'other-origin' } },
  });
});
