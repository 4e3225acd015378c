import type { Fields } from './action.js';
import type { Api } from './send.js';

/** What a visitor of any role can change about the sandbox itself: our own routes, which need no credential. */
interface Setting {
  readonly path: string;
  readonly body: (fields: Fields) => unknown;
  readonly done: string;
  readonly refused: string;
}

const SETTINGS = {
  clock: {
    path: '/sandbox/clock',
    body: ({ advance_ms }) => ({ advance_ms: Number(advance_ms) }),
    done: 'The clock was moved.',
    refused: 'The clock was not moved: it takes a number of milliseconds, at most a year.',
  },
  reviewer: {
    path: '/sandbox/reviewer',
    body: ({ acts }) => ({ acts: acts === 'yes' }),
    done: 'Changed who reviews large tasks.',
    refused: 'Nothing was changed.',
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

export const settingNamed = (name: string): Setting | undefined =>
  new Map<string, Setting>(Object.entries(SETTINGS)).get(name);

/** @returns what to tell the visitor. */
export async function change(api: Api, setting: Setting, fields: Fields): Promise<string> {
  const body = JSON.stringify(setting.body(fields));
  const answer = await api(new Request(`http://console.invalid${setting.path}`, { method: 'POST', body }));
  return answer.ok ? setting.done : setting.refused;
}
