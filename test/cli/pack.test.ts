import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, temporaryFolder } from '../stdio/program.js';

/** What is published, and what a user gets who installs it without install scripts. */

const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder();
const consumer = join(folder.path, 'consumer');
const modules = join(consumer, 'node_modules');
const onWindows = process.platform === 'win32';
afterAll(() => folder.remove());

/** npm as the test's own npm, so that its settings for the registry hold. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { npm_execpath: cli } = process.env;
  const [file, ...rest] = cli?.endsWith('.js') ? [process.execPath, cli, ...args] : ['npm', ...args];
  const run = promisify(execFile);
  const { stdout } = await run(file ?? 'npm', rest, { cwd, shell: onWindows && !cli, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

describe('the package', () => {
  // The build was made before the tests; running it again here would pull it away from under the others.
  it('holds exactly what it should', async () => {
    const [packed] = JSON.parse(await npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root));
    const files: string[] = packed.files.map((file: { path: string }) => file.path);
    const isChunk = (path: string) => /^dist\/chunks\/[a-z-]+-[A-Z0-9]{8}\.js$/.test(path);
    expect(files.filter((path) => !isChunk(path)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/hirewire.js',
      'dist/keychain-child.js',
      'dist/main.js',
      'dist/serve-http.js',
      'dist/testing.js',
      'dist/testing/index.d.ts',
      'dist/webhooks.js',
      'dist/webhooks/signature.d.ts',
      'package.json',
    ]);
    expect(files.filter(isChunk).length).toBe(readdirSync(join(root, 'dist/chunks')).length);
  });

  it('publishes types that name nothing but msw', () => {
    const types = readFileSync(join(root, 'dist/testing/index.d.ts'), 'utf8');
    const imported = [...types.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)].map(([, name]) => name);
    expect(imported).toEqual(['msw']);
    expect(types).toContain('createMarketplaceDouble');
  });
});

describe('an installation without install scripts', () => {
  beforeAll(async () => {
    mkdirSync(consumer);
    writeFileSync(
      join(consumer, 'package.json'),
      JSON.stringify({ name: 'consumer', version: '1.0.0', private: true }),
    );
    const [packed] = JSON.parse(
      await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path], root),
    );
    const tarball = join(folder.path, packed.filename);
    await npm(['install', tarball, '--ignore-scripts', '--omit=dev', '--prefer-offline', '--no-audit'], consumer);
  }, 120_000);

  it('starts', async () => {
    const command = join(modules, '.bin', onWindows ? 'hirewire.cmd' : 'hirewire');
    const { stdout } = await promisify(execFile)(command, ['tools'], {
      cwd: consumer,
      env: cleanEnvironment(join(folder.path, 'data')),
      shell: onWindows,
    });
    expect(stdout).toMatch(/^hire_agent +hirer +money/m);
  });

  it('gives receivers of webhooks the verifier', async () => {
    const script =
      "import { signHumans2ai, verifyHumans2ai } from 'hirewire/webhooks';" +
      "const header = signHumans2ai('{}', ['s'], Date.now());" +
      "console.log(verifyHumans2ai({ body: '{}', header, secrets: ['s'] }).ok);";
    const args = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: consumer });
    expect(stdout).toBe('true\n');
  });

  it('opens its database', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(modules, 'hirewire/bin/hirewire.js'), 'call', 'check_balance'],
      { cwd: consumer, env: cleanEnvironment(join(folder.path, 'data')) },
    );
    expect(JSON.parse(stdout)).toMatchObject({ available: '1000.00' });
  });

  it('is small', () => {
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
    // Packages for other platforms are listed, but not there.
    const installed = Object.keys(packages).filter((path) => existsSync(join(consumer, path)));
    const mib = sizeOf(modules) / 1024 / 1024;
    console.log(`figure: installed_packages=${installed.length} installed_mib=${mib.toFixed(1)}`);
    expect(installed.length).toBeGreaterThan(1);
    expect(installed.length).toBeLessThanOrEqual(10);
    expect(mib).toBeLessThan(40);
  });
});

/** Bytes of all files below a folder. */
function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
