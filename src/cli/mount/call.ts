import { Mounted } from '../../bridge/mounted.js';
import { errorResult } from '../../bridge/result.js';
import type { Settings } from '../../config/settings.js';
import { SettingsError } from '../../config/settings-error.js';
import { asObject } from '../../marketplaces/envelope.js';
import { cleanText } from '../../untrusted.js';
import type { Wired } from '../../wire.js';

/** Mounted tools from a shell: as a host calls them, under the names that it sees. */

/** The mounted servers of these settings; undefined when there are none. */
export async function mountedIn(wired: Wired, settings: Settings): Promise<Mounted | undefined> {
  const mounts = await wired.mounts?.();
  return mounts && new Mounted(mounts, settings);
}

/** Calls one and prints its answer. @returns the exit code. @throws {SettingsError} for arguments that are no object. */
export async function callMounted(
  mounted: Mounted,
  tool: string,
  input: unknown,
  signal: AbortSignal,
): Promise<number> {
  const args = asObject(input);
  if (!args) throw new SettingsError('--json is not an object.');
  const onProgress = (done: number, total: number | undefined, message = '') =>
    void process.stderr.write(`[${done}/${total ?? '?'}] ${message}\n`);
  const result = await mounted.call(tool, { ...args }, { signal, onProgress }).catch((error: unknown) => {
    // The server's own error, with its own words.
    if (error instanceof Error && error.name === 'ProtocolError') {
      return { content: [{ type: 'text' as const, text: cleanText(error.message, 1_000) }], isError: true };
    }
    return errorResult(error);
  });
  const shown = result.structuredContent ?? result.content;
  const [first] = result.content;
  const isText = result.structuredContent === undefined && result.content.length === 1 && first?.type === 'text';
  process.stdout.write(`${isText ? first.text : JSON.stringify(shown, null, 2)}\n`);
  return result.isError ? 1 : 0;
}
