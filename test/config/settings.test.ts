import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closest } from '../../src/config/closest.js';
import { type FlagValues, resolveSettings, SETTING_NAMES, type Settings, TOOLSETS } from '../../src/config/settings.js';
import { SettingsError } from '../../src/config/settings-error.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hirewire-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Given {
  readonly flags?: FlagValues;
  readonly env?: Record<string, string>;
  /** The settings file: text as it is, anything else as JSON. */
  readonly file?: unknown;
}

let files = 0;
function resolve({ flags = {}, env = {}, file }: Given): Settings {
  const path = join(folder, `config-${files++}.json`);
  if (file !== undefined) writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  return resolveSettings(flags, { HIREWIRE_CONFIG: path, HIREWIRE_DATA_DIR: folder, ...env });
}

function refusalOf(given: Given): string {
  try {
    resolve(given);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('expected a SettingsError');
}

describe('where a setting comes from', () => {
  const cases: [
    keyof FlagValues,
    string,
    string,
    (settings: Settings) => unknown,
    [unknown, unknown, unknown, unknown],
  ][] = [
    [
      'agrenting-url',
      'AGRENTING_URL',
      'https://{}.example',
      (settings) => settings.agrenting.url.hostname,
      ['flag.example', 'env.example', 'file.example', 'agrenting.com'],
    ],
    [
      'humans2ai-url',
      'HUMANS2AI_URL',
      'https://{}.example',
      (settings) => settings.humans2ai.url.hostname,
      ['flag.example', 'env.example', 'file.example', 'humans2ai.com'],
    ],
    [
      'tools',
      'HIREWIRE_TOOLS',
      'tool_{}',
      (settings) => settings.tools,
      [['tool_flag'], ['tool_env'], ['tool_file'], []],
    ],
    [
      'exclude-tools',
      'HIREWIRE_EXCLUDE_TOOLS',
      'tool_{}',
      (settings) => settings.excludeTools,
      [['tool_flag'], ['tool_env'], ['tool_file'], []],
    ],
    [
      'allow-payee',
      'HIREWIRE_ALLOW_PAYEE',
      'did:{}',
      (settings) => settings.policy.payees,
      [['did:flag'], ['did:env'], ['did:file'], []],
    ],
  ];

  it.each(cases)('%s: flag, then environment, then file, then default', (name, variable, pattern, read, expected) => {
    const value = (source: string) => pattern.replace('{}', source);
    const flags: FlagValues = { [name]: value('flag') };
    const env = { [variable]: value('env') };
    const file = { [name]: value('file') };
    expect([
      read(resolve({ flags, env, file })),
      read(resolve({ env, file })),
      read(resolve({ file })),
      read(resolve({})),
    ]).toEqual(expected);
    // An empty variable is one that is not set.
    expect(read(resolve({ env: { [variable]: '' }, file }))).toEqual(expected[2]);
  });

  it('holds for enumerations, switches, limits and numbers too', () => {
    const confirm = (given: Given) => resolve(given).policy.confirm;
    expect(confirm({ flags: { confirm: 'ask' }, env: { HIREWIRE_CONFIRM: 'token' }, file: { confirm: 'never' } })).toBe(
      'ask',
    );
    expect(confirm({ env: { HIREWIRE_CONFIRM: 'token' }, file: { confirm: 'never' } })).toBe('token');
    expect(confirm({ env: { HIREWIRE_CONFIRM: '' }, file: { confirm: 'ask' } })).toBe('ask');
    expect(confirm({})).toBe('auto');

    const level = (given: Given) => resolve(given).logLevel;
    expect(level({ flags: { 'log-level': 'error' }, env: { HIREWIRE_LOG_LEVEL: 'debug' } })).toBe('error');
    expect(level({ env: { HIREWIRE_LOG_LEVEL: '' }, file: { 'log-level': 'warn' } })).toBe('warn');

    const readOnly = (given: Given) => resolve(given).readOnly;
    expect(readOnly({ flags: { 'read-only': false }, env: { HIREWIRE_READ_ONLY: '1' } })).toBe(false);
    expect(readOnly({ env: { HIREWIRE_READ_ONLY: '1' }, file: { 'read-only': false } })).toBe(true);
    expect(readOnly({ env: { HIREWIRE_READ_ONLY: '0' }, file: { 'read-only': true } })).toBe(false);
    expect(readOnly({ file: { 'read-only': true } })).toBe(true);
    expect(readOnly({})).toBe(false);

    const frame = (given: Given) => resolve(given).maxFrame;
    expect(frame({ flags: { 'max-frame': 2_048 }, file: { 'max-frame': 4_096 } })).toBe(2_048);
    expect(frame({ file: { 'max-frame': 4_096 } })).toBe(4_096);
    expect(frame({})).toBe(4 * 1024 * 1024);
  });

  it('has toolsets that are all on unless some are named', () => {
    expect(resolve({}).toolsets).toEqual(TOOLSETS);
    expect(resolve({ flags: { toolsets: 'all' } }).toolsets).toEqual(TOOLSETS);
    expect(resolve({ env: { HIREWIRE_TOOLSETS: ' hirer , operations ' } }).toolsets).toEqual(['hirer', 'operations']);
  });
});

describe('a switch in the environment', () => {
  it('understands the usual spellings', () => {
    for (const on of ['1', 'true', 'TRUE', 'yes', 'on', ' On ']) {
      expect(resolve({ env: { HIREWIRE_READ_ONLY: on } }).readOnly).toBe(true);
    }
    for (const off of ['0', 'false', 'no', 'off', 'OFF']) {
      expect(resolve({ env: { HIREWIRE_READ_ONLY: off }, file: { 'read-only': true } }).readOnly).toBe(false);
    }
  });

  it('never means "off" by a misspelling', () => {
    for (const odd of ['ture', 'enabled', '2', 'readonly']) {
      expect(refusalOf({ env: { HIREWIRE_READ_ONLY: odd } })).toContain('HIREWIRE_READ_ONLY is 1 or 0');
    }
  });
});

describe('credentials', () => {
  it('come from the environment only, each from its own variable', () => {
    const env = { AGRENTING_API_KEY: 'ap_user', AGRENTING_AGENT_KEY: 'ap_agent', HUMANS2AI_API_KEY: 'sk_live_h' };
    const settings = resolve({ env });
    expect(settings.agrenting).toMatchObject({ hirerKey: 'ap_user', agentKey: 'ap_agent' });
    expect(settings.humans2ai.key).toBe('sk_live_h');
    expect(settings.sandbox).toBe(false);
    for (const name of ['agrenting-api-key', 'api-key', 'humans2ai-api-key', 'AGRENTING_API_KEY', 'token']) {
      expect(refusalOf({ file: { [name]: 'sk_live_in_a_file' } })).toContain(`unknown setting "${name}"`);
      expect(refusalOf({ file: { [name]: 'sk_live_in_a_file' } })).not.toContain('sk_live_in_a_file');
    }
    expect(SETTING_NAMES.filter((name) => /key|token|secret|password/.test(name))).toEqual([]);
  });

  it('are taken from API_KEY only when they look like a key of Humans2AI', () => {
    const keyOf = (env: Record<string, string>) => resolve({ env }).humans2ai.key;
    expect(keyOf({ API_KEY: 'sk_live_abc' })).toBe('sk_live_abc');
    expect(keyOf({ API_KEY: 'sk_test_abc' })).toBe('sk_test_abc');
    for (const other of [
      'sk-proj-abc',
      'ap_abc',
      'SK_LIVE_abc',
      'xsk_live_abc',
      'sk_live_',
      'sk_live_a b',
      'AIza',
      '',
    ]) {
      expect(keyOf({ API_KEY: other })).toBeUndefined();
      expect(resolve({ env: { API_KEY: other } }).sandbox).toBe(true);
    }
    expect(keyOf({ API_KEY: 'sk_live_general', HUMANS2AI_API_KEY: 'sk_live_own' })).toBe('sk_live_own');
    expect(keyOf({ API_KEY: 'sk_live_general', HUMANS2AI_API_KEY: '' })).toBe('sk_live_general');
  });

  it('lose the line break of a file, and are refused when no header could carry them', () => {
    expect(resolve({ env: { AGRENTING_API_KEY: ' ap_user\r\n' } }).agrenting.hirerKey).toBe('ap_user');
    expect(resolve({ env: { AGRENTING_API_KEY: ' \n' } }).sandbox).toBe(true);
    for (const variable of ['AGRENTING_API_KEY', 'AGRENTING_AGENT_KEY', 'HUMANS2AI_API_KEY']) {
      for (const bad of ['ap_us er', 'ap_us\ner', 'ap_usér', '“ap_user”', 'ap_\u200buser', 'ap_\u0000user']) {
        const message = refusalOf({ env: { [variable]: bad } });
        expect(message).toContain(variable);
        expect(message).not.toContain(bad);
      }
    }
  });

  it('are what decides between the sandbox and the real marketplaces', () => {
    expect(resolve({}).sandbox).toBe(true);
    expect(resolve({ env: { AGRENTING_URL: 'http://127.0.0.1:4010/api/v1' } })).toMatchObject({ sandbox: false });
    expect(resolve({ file: { 'humans2ai-url': 'https://humans2ai.example' } }).sandbox).toBe(false);
  });
});

describe('base URLs', () => {
  it('are the same with and without /api/v1, from every source', () => {
    for (const text of ['https://market.example/x', 'https://market.example/x/', 'https://market.example/x/api/v1/']) {
      for (const given of [
        { flags: { 'agrenting-url': text } },
        { env: { AGRENTING_URL: text } },
        { file: { 'agrenting-url': text } },
      ]) {
        expect(resolve(given).agrenting.url.href).toBe('https://market.example/x');
      }
    }
  });
});

describe('what cannot be used', () => {
  it.each([
    ['toolset', 'toolsets'],
    ['max_per_call', 'max-per-call'],
    ['maxPerDay', 'max-per-day'],
    ['readonly', 'read-only'],
    ['agrenting_url', 'agrenting-url'],
    ['exclude-tool', 'exclude-tools'],
    ['comfirm', 'confirm'],
  ])('is a setting in the file that is named %s: %s is suggested', (wrong, right) => {
    expect(refusalOf({ file: { [wrong]: 'x' } })).toContain(`unknown setting "${wrong}". Did you mean ${right}?`);
  });

  it('is a value that is none of the known ones, with the nearest', () => {
    expect(refusalOf({ env: { HIREWIRE_CONFIRM: 'tokens' } })).toContain('Did you mean token?');
    expect(refusalOf({ env: { HIREWIRE_LOG_LEVEL: 'verbose' } })).toContain(
      '--log-level is one of debug, info, warn, error',
    );
    expect(refusalOf({ flags: { toolsets: 'hirer,task' } })).toContain('Did you mean tasks?');
    expect(refusalOf({ file: { confirm: 'maybe' } })).toContain('confirm');
    expect(refusalOf({ file: { 'read-only': 'yes' } })).toContain('read-only');
    expect(refusalOf({ file: { 'max-per-call': 25 } })).toContain('max-per-call');
  });

  it('is a file that is malformed, of the wrong kind, or not readable', () => {
    for (const file of ['', '{', '{"tools":}', '// comment', '\u0000']) {
      expect(refusalOf({ file })).toContain('is not valid JSON');
    }
    for (const file of ['[]', '"x"', '7', 'null', '{"__proto__": {"read-only": true}}']) {
      expect(refusalOf({ file })).toContain('The settings file');
    }
    expect(refusalOf({ env: { HIREWIRE_CONFIG: folder } })).toContain('cannot be read');
    expect(resolve({ file: '\ufeff{"read-only": true}' }).readOnly).toBe(true);
    expect(resolve({ env: { HIREWIRE_CONFIG: join(folder, 'none', 'x.json') } }).sandbox).toBe(true);
  });

  it('is a frame size that nothing could be read with', () => {
    for (const frame of [0, -1, 1_023, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      expect(refusalOf({ flags: { 'max-frame': frame } })).toContain('--max-frame');
    }
    expect(refusalOf({ file: { 'max-frame': 10 } })).toContain('max-frame');
  });

  it('never becomes another kind of error, whatever stands in the environment', () => {
    const odd = [
      '\u0000',
      '\ud800',
      '%',
      '{}',
      'x'.repeat(10_000),
      '__proto__',
      'constructor',
      '-1',
      'NaN',
      ',,,',
      '\u202e',
    ];
    const variables = [
      'AGRENTING_URL',
      'HIREWIRE_TOOLSETS',
      'HIREWIRE_CONFIRM',
      'HIREWIRE_MAX_PER_CALL',
      'HIREWIRE_READ_ONLY',
    ];
    for (const variable of variables) {
      for (const value of odd) {
        try {
          resolve({ env: { [variable]: value } });
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
        }
      }
    }
  });
});

describe('the nearest word', () => {
  const known = ['hirer', 'agent', 'tasks', 'operations'];

  it('is found over a slip of the finger, and not over anything further', () => {
    expect(closest('hire', known)).toBe('hirer');
    expect(closest('opreations', known)).toBe('operations');
    expect(closest('agents', known)).toBe('agent');
    expect(closest('something else', known)).toBeUndefined();
    expect(closest('x', [])).toBeUndefined();
  });

  it('is not looked for in a text of megabytes', () => {
    const from = performance.now();
    expect(closest('a'.repeat(4_000_000), known)).toBeUndefined();
    expect(performance.now() - from).toBeLessThan(50);
  });
});
