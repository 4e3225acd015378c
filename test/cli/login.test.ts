import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failingSession, hasDouble, hasKeyring, hasPython, keyringSession, type Session } from '../credentials/bus.js';
import { BIN, cleanEnvironment, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { commandLines } from '../worker/support/processes.js';
import { type Finished, hirewire } from './run.js';

/** Credentials as a person meets them: the built program, a backend on a socket, and a real keychain where there is one. */

const folder = temporaryFolder();
let backend: RunningBackend;
let session: Session | undefined;
beforeAll(async () => {
  backend = await startBackend(newHome());
  if (hasKeyring) session = await keyringSession(newHome());
});
afterAll(async () => {
  await session?.stop();
  await backend.stop();
  folder.remove();
});

let homes = 0;
function newHome(): string {
  const path = join(folder.path, `home${homes++}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

const PASSPHRASE = 'passphrase-canary-77';

interface Options {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One user of one computer: its folder, its keychain, and everything that its programs ever said. */
class Person {
  readonly home = newHome();
  readonly said: Finished[] = [];
  constructor(private readonly env: Readonly<Record<string, string>> = {}) {}

  async run(args: readonly string[], { input, env }: Options = {}): Promise<Finished> {
    const finished = await hirewire(this.home, args, {
      env: { ...session?.env, ...this.env, ...env },
      ...(input === undefined ? {} : { input }),
    });
    this.said.push(finished);
    return finished;
  }

  login(key: string, ...args: string[]): Promise<Finished> {
    return this.run(['login', 'agrenting', '--url', backend.url, ...args], { input: `${key}\n` });
  }

  async accounts(): Promise<Record<string, string>[]> {
    return JSON.parse((await this.run(['accounts', '--json'])).stdout).accounts;
  }

  files(): string[] {
    return readdirSync(this.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  }

  /** What was said, and what lies in files, without the store that the person chose. */
  traces(besides?: string): string {
    const files = this.files().filter((path) => besides === undefined || !path.endsWith(besides));
    return [
      ...this.said.map((each) => each.stdout + each.stderr),
      ...files.map((path) => readFileSync(path, 'latin1')),
    ].join();
  }
}

/** Kept in the keychain where there is one, else in the sealed file. */
const KEPT = hasKeyring ? [] : ['--store', 'file'];
const person = (): Person => new Person(hasKeyring ? {} : { HIREWIRE_PASSPHRASE: PASSPHRASE });
const NO_BUS = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };

describe('hirewire login', () => {
  it('takes the key from stdin, tries it, keeps it, and every later command uses it', async () => {
    const me = person();
    const { hirer } = backend.credentials.agrenting;
    const login = await me.login(hirer, ...KEPT);
    expect(login.stderr).toBe('');
    expect(login).toMatchObject({ code: 0 });
    expect(login.stdout).toContain('balance:read: 1000.00 USD available');
    expect(JSON.parse((await me.run(['call', 'check_balance'])).stdout)).toMatchObject({ available: '1000.00' });
    const source = hasKeyring ? 'keychain' : 'file';
    expect(await me.accounts()).toMatchObject([
      { marketplace: 'agrenting', role: 'hirer', name: 'default', source, origin: backend.url },
    ]);
    const logout = await me.run(['logout', 'agrenting']);
    expect(logout).toMatchObject({ code: 0, stderr: '' });
    expect(await me.accounts()).toEqual([]);
    expect(me.traces()).not.toContain(hirer);
  });

  it('keeps several accounts apart; a variable is never taken for one that was asked for by name', async () => {
    const me = person();
    const { hirer, agent } = backend.credentials.agrenting;
    await me.login(hirer, '--name', 'work', ...KEPT);
    await me.login(agent, '--role', 'agent', ...KEPT);
    const pending = await me.run(['call', 'list_pending_hirings']);
    expect(pending.code).toBe(0);
    expect((await me.run(['call', 'check_balance'])).stdout).toContain('NOT_CONFIGURED');
    const env = { AGRENTING_API_KEY: 'ap_of_somebody_else' };
    const named = await me.run(['call', 'check_balance', '--account', 'work'], { env });
    expect(JSON.parse(named.stdout)).toMatchObject({ available: '1000.00' });
    expect((await me.run(['call', 'check_balance', '--agrenting-url', backend.url], { env })).stdout).toContain(
      'UNAUTHORIZED',
    );
    expect(await me.run(['call', 'check_balance', '--account', 'wrok'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean work?'),
    });
  });

  it.each([
    ['a key that the marketplace does not know', () => 'ap_nobody', 'UNAUTHORIZED'],
    ['the key of an agent', () => backend.credentials.agrenting.agent, 'Log in with --role agent'],
  ])('keeps nothing of %s', async (_, key, sentence) => {
    const me = person();
    expect(await me.login(key(), ...KEPT)).toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(me.files()).toEqual([]);
  });

  it.each([
    [['login', 'agrenting'], 'In a terminal run: hirewire login agrenting'],
    [['login', 'agrenting', '--role', 'agent', '--name', 'b'], 'hirewire login agrenting --role agent --name b'],
    [['login', 'humans2ai', '--register'], 'In a terminal run: hirewire login humans2ai --register'],
    [['login', 'agrentign'], 'Did you mean agrenting?'],
    [['login', 'agrenting', '--key', 'ap_x'], 'Unknown argument: key'],
    [['login', 'agrenting', '--store', 'kernel'], '--store is keychain or file'],
    [['logout', 'agrenting'], 'See "hirewire accounts"'],
  ])('%j without a terminal asks nobody and says what to run', async (args, sentence) => {
    const me = person();
    const finished = await me.run(args);
    expect(finished).toMatchObject({ code: 2, stdout: '' });
    expect(finished.stderr).toContain(sentence);
    expect(me.files()).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    'fails when the keychain fails, and writes nothing anywhere else',
    async () => {
      const me = new Person(NO_BUS);
      const login = await me.login(backend.credentials.agrenting.hirer);
      expect(login).toMatchObject({ code: 1, stdout: '' });
      expect(login.stderr).toMatch(/no-service: .*Nothing was written anywhere else/);
      expect(me.files()).toEqual([]);
    },
  );

  it('warns at each start for as long as a key lies in plain text', async () => {
    const me = person();
    const login = await me.login(backend.credentials.agrenting.hirer, '--insecure-storage');
    for (const { stderr } of [login, await me.run(['serve']), await me.run(['accounts'])]) {
      expect(stderr).toContain('WARNING: the key of agrenting.hirer/default lies in plain text');
    }
    expect(JSON.parse((await me.run(['call', 'check_balance'])).stdout)).toMatchObject({ available: '1000.00' });
    await me.login(backend.credentials.agrenting.hirer, ...KEPT);
    expect(me.traces(hasKeyring ? undefined : 'sealed.json')).not.toContain(backend.credentials.agrenting.hirer);
    expect((await me.run(['serve'])).stderr).not.toContain('WARNING');
  });
});

describe('hirewire login humans2ai --register', () => {
  const password = 'Canary horse 7';
  const register = ['login', 'humans2ai', '--register', '--email', 'new@example.org'];

  it('makes an account whose key may do everything, and shows neither key nor password', async () => {
    const me = person();
    const login = await me.run([...register, '--url', backend.url, ...KEPT], { input: password });
    expect(login).toMatchObject({ code: 0, stderr: '' });
    expect(login.stdout).toContain('tasks:write');
    expect(JSON.parse((await me.run(['call', 'get_wallet'])).stdout)).toMatchObject({ balance: 500 });
    expect(me.traces()).not.toContain(password);
    expect(me.traces()).not.toMatch(/sk_live_|idt_|rft_/);
  });
});

describe.skipIf(!hasPython)('at a terminal', () => {
  const type = (me: Person, args: readonly string[], answers: readonly (readonly [string, string])[]): Finished => {
    const [program, ...rest] = ['/usr/bin/python3', join(import.meta.dirname, 'terminal.py')];
    const env = cleanEnvironment(me.home, session?.env);
    const input = JSON.stringify({ argv: [process.execPath, BIN, ...args], answers });
    const { status, stdout, stderr } = spawnSync(program ?? '', rest, { env, input, encoding: 'utf8' });
    expect(stderr).toBe('');
    return { code: status ?? -1, stdout, stderr };
  };
  const login = ['login', 'agrenting', '--url'];

  it('asks for key and passphrase, and shows neither while they are typed', () => {
    const me = new Person();
    const { hirer } = backend.credentials.agrenting;
    const { code, stdout } = type(
      me,
      [...login, backend.url, '--store', 'file'],
      [
        ['(not shown): ', hirer],
        ['Passphrase of the sealed file: ', PASSPHRASE],
        ['Again: ', PASSPHRASE],
      ],
    );
    expect(stdout).toContain('Logged in: agrenting hirer');
    expect(code).toBe(0);
    for (const secret of [hirer, PASSPHRASE]) expect(stdout + me.traces()).not.toContain(secret);
  });

  it('keeps nothing when two passphrases differ, or the person gives up', () => {
    const me = new Person();
    const asked: [string, string][] = [
      ['(not shown): ', backend.credentials.agrenting.hirer],
      ['Passphrase of the sealed file: ', PASSPHRASE],
    ];
    const differ = type(me, [...login, backend.url, '--store', 'file'], [...asked, ['Again: ', 'another one']]);
    expect(differ.stdout).toContain('The two passphrases differ.');
    const stopped = type(me, [...login, backend.url, '--store', 'file'], [...asked, ['Again: ', '\u0003']]);
    expect(stopped.stdout).toContain('Nothing was entered');
    expect([differ.code, stopped.code]).toEqual([2, 2]);
    expect(me.files()).toEqual([]);
  });
});

describe('what the tools get from a marketplace', () => {
  const args = JSON.stringify({ email: 'tool@example.org', password: 'Canary horse 8' });

  it.skipIf(!hasKeyring)('goes to the keychain, and the model gets the name of the account', async () => {
    const me = person();
    const env = { HUMANS2AI_URL: backend.url };
    const call = await me.run(['call', 'register', '--json', args], { env });
    expect(JSON.parse(call.stdout)).toMatchObject({ account: 'default', key_kept: 'keychain', signed_in: 'in use' });
    expect(await me.accounts()).toMatchObject([{ marketplace: 'humans2ai', source: 'keychain' }]);
    expect(JSON.parse((await me.run(['call', 'get_wallet'])).stdout)).toMatchObject({ balance: 500 });
    expect(me.traces()).not.toMatch(/sk_live_|idt_|rft_|Canary horse/);
  });

  it.skipIf(process.platform !== 'linux')('stays in memory where there is no keychain, and says so', async () => {
    const me = new Person(NO_BUS);
    const input = args.replace('tool@', 'bare@');
    const call = await me.run(['call', 'register', '--json', input], { env: { HUMANS2AI_URL: backend.url } });
    expect(JSON.parse(call.stdout)).toMatchObject({
      key_kept: 'memory',
      key_note: expect.stringContaining('until this'),
    });
    expect(me.traces()).not.toMatch(/sk_live_|idt_|rft_|Canary horse/);
    expect(await me.accounts()).toEqual([]);
  });
});

describe('a key and another base URL', () => {
  it('never meet, neither by a setting nor by a forged list of accounts', async () => {
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const me = person();
    await me.login(backend.credentials.agrenting.hirer, ...KEPT);
    const moved = await me.run(['call', 'check_balance'], { env: { AGRENTING_URL: url } });
    expect(moved.stdout).toMatch(/CREDENTIAL_UNAVAILABLE: .* it was not sent/);
    // Whoever can change the list of accounts cannot have the key sent elsewhere either.
    const list = join(me.home, 'accounts.json');
    writeFileSync(list, readFileSync(list, 'utf8').replaceAll(backend.url, url));
    const forged = await me.run(['call', 'check_balance']);
    expect(forged.stdout).toMatch(/CREDENTIAL_UNAVAILABLE: .* no longer holds/);
    expect(asked).toBe(0);
    await new Promise((resolve) => other.close(resolve));
  });
});

describe.skipIf(!hasDouble)('a keychain that shows a prompt which nobody answers', () => {
  it('delays the call that needs it by three seconds, and nothing else', async () => {
    const home = newHome();
    const stuck = await failingSession(newHome(), 'silent-prompt');
    const account = { role: 'agrenting.hirer', name: 'default', origin: backend.url, store: 'keychain' };
    writeFileSync(join(home, 'accounts.json'), JSON.stringify({ version: 1, accounts: [account] }));
    const start = performance.now();
    const server = spawn(process.execPath, [BIN], { env: cleanEnvironment(home, stuck.env) });
    const answers = new Map<number, number>();
    let refusal = '';
    const lines = createInterface({ input: server.stdout });
    const allAnswered = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        const { id } = JSON.parse(line);
        answers.set(id, performance.now() - start);
        if (id === 2) refusal = line;
        if (answers.size === 4) resolve();
      });
    });
    const send = (id: number | undefined, method: string, params: unknown = {}) =>
      server.stdin.write(
        `${JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), method, params })}\n`,
      );
    const clientInfo = { name: 'test', version: '1.0.0' };
    send(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    send(undefined, 'notifications/initialized');
    send(2, 'tools/call', { name: 'check_balance', arguments: {} });
    send(3, 'tools/list');
    send(4, 'ping');
    await allAnswered;
    server.stdin.end();
    await once(server, 'exit');
    await stuck.stop();
    const ms = (id: number) => Math.round(answers.get(id) ?? 0);
    console.log(`figure: stuck_keychain start_ms=${ms(1)} list_ms=${ms(3)} call_ms=${ms(2)}`);
    expect(refusal).toContain('The keychain did not answer');
    expect([...answers.keys()].at(-1)).toBe(2);
  });
});

describe('a credential-command', () => {
  const withCommand = (url: string): Person => {
    const me = new Person();
    writeFileSync(join(me.home, 'key'), `${backend.credentials.agrenting.hirer}\n`, { mode: 0o600 });
    const print = `"${process.execPath}" -p 'fs.readFileSync("${join(me.home, 'key')}", "utf8")'`;
    const settings = { 'agrenting-url': url, 'credential-command': { 'agrenting.hirer': print } };
    writeFileSync(join(me.home, 'config.json'), JSON.stringify(settings));
    return me;
  };

  it('gives the key, and comes before what login stored', async () => {
    const me = withCommand(backend.url);
    expect(JSON.parse((await me.run(['call', 'check_balance'])).stdout)).toMatchObject({ available: '1000.00' });
    expect(await me.accounts()).toMatchObject([{ role: 'hirer', source: 'command', origin: backend.url }]);
    const env = { AGRENTING_API_KEY: 'ap_wrong' };
    expect((await me.run(['call', 'check_balance'], { env })).stdout).toContain('UNAUTHORIZED');
    expect(JSON.parse((await me.run(['accounts', '--json'], { env })).stdout).accounts).toMatchObject([
      { source: 'environment' },
    ]);
  });

  it('is not even run for another URL than that of its own file', async () => {
    const me = withCommand('https://agrenting.example');
    const call = await me.run(['call', 'check_balance'], { env: { AGRENTING_URL: backend.url } });
    expect(call.stdout).toContain('belongs to https://agrenting.example');
  });

  it('is named when it fails, and when its role is mistyped', async () => {
    const me = new Person();
    const write = (commands: Record<string, string>) =>
      writeFileSync(join(me.home, 'config.json'), JSON.stringify({ 'credential-command': commands }));
    write({ 'agrenting.hirer': '/nonexistent/pass show x' });
    expect((await me.run(['call', 'check_balance'])).stdout).toContain('names a program that is not there');
    write({ 'agrenting.hierer': 'pass show x' });
    expect(await me.run(['tools'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean agrenting.hirer?'),
    });
  });
});

describe.skipIf(process.platform !== 'linux')('a canary key', () => {
  it('is seen in no argument, no output and no file outside its store', { timeout: 120_000 }, async () => {
    const me = person();
    const { hirer } = backend.credentials.agrenting;
    const needles = [hirer, PASSPHRASE];
    let looks = 0;
    let seen = 0;
    const looking = setInterval(() => {
      looks += 1;
      seen += commandLines().filter((line) => needles.some((needle) => line.includes(needle))).length;
    }, 4);
    // What is looked for would be found: this one is in an argument on purpose.
    const exposed = spawn(process.execPath, ['-e', 'process.stdin.resume()', hirer]);
    await expect.poll(() => seen).toBeGreaterThan(0);
    exposed.stdin.end();
    await once(exposed, 'exit');
    seen = 0;
    const seal = { env: { HIREWIRE_PASSPHRASE: PASSPHRASE } };
    const commands: [readonly string[], Options][] = [
      [['login', 'agrenting', '--url', backend.url, ...KEPT], { input: hirer }],
      [['login', 'agrenting', '--url', backend.url, '--name', 'f', '--store', 'file'], { input: hirer, ...seal }],
      [['login', 'agrenting', '--url', `${backend.url}/nowhere`], { input: hirer }],
      [['login', 'humans2ai', '--url', backend.url], { input: hirer }],
      [['accounts'], {}],
      [['accounts', '--json'], { env: { AGRENTING_API_KEY: hirer } }],
      [['call', 'check_balance', '--log-level', 'debug'], {}],
      [['call', 'check_balance', '--account', 'f', '--log-level', 'debug'], seal],
      [['call', 'check_balance', '--account', 'f', '--log-level', 'debug'], {}],
      [['serve', '--log-level', 'debug'], { env: { AGRENTING_API_KEY: hirer } }],
      [['tools'], { env: { AGRENTING_API_KEY: hirer } }],
      [['logout', 'agrenting'], {}],
      [['logout', 'agrenting', '--name', 'f'], {}],
    ];
    for (const [args, options] of commands) await me.run(args, options);
    clearInterval(looking);
    const text = me.traces();
    const leaks = seen + needles.filter((needle) => text.includes(needle)).length;
    console.log(`figure: canary_commands=${commands.length} looks_at_argv=${looks} leaks=${leaks}`);
    expect(looks).toBeGreaterThan(commands.length);
    expect(leaks).toBe(0);
  });
});
