import type { Settings } from '../../config/settings.js';
import { SettingsError } from '../../config/settings-error.js';
import type { Timers } from '../../timers.js';
import type { HostedTool } from './definitions.js';
import { Mounts } from './mounts.js';
import { type HostedResult, resultOf } from './results.js';
import type { CallOptions } from './session.js';

/** One mounted server for a program of ours that is no bridge: its tools, and a way to call one. */
export interface OpenedMount {
  /** Its own names. @throws {HirewireError} when it cannot be reached. */
  tools(): Promise<readonly HostedTool[]>;
  /**
   * Calls one of its tools, by its own name. A call whose answer is lost is not repeated.
   * @throws {HirewireError} @throws {RemoteError} the server's own error.
   */
  call(tool: string, args: Record<string, unknown>, options?: CallOptions): Promise<HostedResult>;
  close(): Promise<void>;
}

/** @throws {SettingsError} when the settings have no mount of this name. Nothing is connected yet. */
export function openMount(
  name: string,
  settings: Pick<Settings, 'mounts' | 'dataFolder' | 'credentials'>,
  { version, timers }: { readonly version: string; readonly timers?: Timers },
): OpenedMount {
  const { dataFolder, credentials } = settings;
  const found = settings.mounts.filter((mount) => mount.name === name);
  const mounts = new Mounts({ mounts: found, dataFolder, credentials, version, ...(timers ? { timers } : {}) });
  const [mount] = mounts.all;
  if (!mount) throw new SettingsError(`There is no mount "${name}". Add it: hirewire mount add ${name} URL`);
  return {
    async tools() {
      await mount.look();
      return mount.shown?.tools ?? [];
    },
    async call(tool, args, options = {}) {
      const timed = { timeoutMs: mount.settings.timeoutMs, ...options };
      const raw = await mount.request('tools/call', { name: tool, arguments: args }, timed, {
        kind: 'tool',
        name: tool,
      });
      const declared = mount.shown?.tools.find((known) => known.name === tool)?.outputSchema !== undefined;
      return resultOf(raw, name, declared);
    },
    close: () => mounts.close(),
  };
}
