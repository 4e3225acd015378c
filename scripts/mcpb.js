// Builds the bundle for Claude Desktop, hirewire-VERSION.mcpb: the program, its native modules and a manifest that asks
// for keys as sensitive fields. Then unpacks it elsewhere and checks it. "npm run build" comes first.
// --all puts in the native modules of every platform that Claude Desktop runs on; otherwise only this one's.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { checkManifest, manifestOf } from './mcpb-manifest.js';

const root = join(import.meta.dirname, '..');
const all = process.argv.includes('--all');
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const declared = read('package.json');
const locked = read('package-lock.json').packages;

/** npm as the one that runs this script. */
function npm(args, cwd) {
  const { npm_execpath: cli } = process.env;
  const [file, ...rest] = cli?.endsWith('.js') ? [process.execPath, cli, ...args] : ['npm', ...args];
  return execFileSync(file, rest, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: !cli });
}

/** The platform packages of our native modules that Claude Desktop can need. */
const platformPackages = () =>
  Object.entries(locked).flatMap(([path, { version }]) => {
    const name = path.replace('node_modules/', '');
    const native = /^@(libsql\/|napi-rs\/keyring-)(darwin-(arm64|x64)|win32-(x64|arm64)-msvc|linux-(x64|arm64)-gnu)$/;
    return native.test(name) ? [`${name}@${version}`] : [];
  });

/** What is published, the test helpers left out, with the runtime dependencies at their locked versions. */
function stage(folder) {
  const [packed] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root));
  for (const { path } of packed.files) {
    if (/^dist\/testing/.test(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  cpSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
  const quiet = ['--omit=dev', '--omit=peer', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  npm(['ci', ...quiet], folder);
  if (all) npm(['install', '--no-save', '--force', ...quiet, ...platformPackages()], folder);
  rmSync(join(folder, 'package-lock.json'));
  const platforms = all ? ['darwin', 'win32', 'linux'] : [process.platform];
  const manifest = manifestOf(declared, read('fixtures/tools.json'), platforms);
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Every file below a folder by its path in the bundle. Links of .bin have no meaning in it. */
function filesIn(folder) {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .filter((path) => !path.split(sep).includes('.bin') && statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path))]),
  );
}

/** Unpacks the bundle, and looks at it and starts it as a client would. */
function check(bundle, folder) {
  for (const [path, bytes] of Object.entries(unzipSync(bundle))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  checkManifest(manifest, Object.keys(unzipSync(bundle)));
  const data = join(folder, '.data');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    HIREWIRE_DATA_DIR: data,
    HIREWIRE_CONFIG: join(data, 'none.json'),
  };
  const args = [join(folder, manifest.server.entry_point), 'call', 'check_balance'];
  const { available } = JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
  if (available !== '1000.00') throw new Error('The unpacked bundle does not open its sandbox.');
}

const work = mkdtempSync(join(tmpdir(), 'hirewire-mcpb-'));
try {
  stage(join(work, 'stage'));
  // The same content gives the same bytes: no time of the day goes in.
  const bundle = zipSync(filesIn(join(work, 'stage')), { level: 9, mtime: new Date(1980, 0, 1) });
  check(bundle, join(work, 'unpacked'));
  const out = process.argv.find((arg) => arg.endsWith('.mcpb')) ?? join(root, `hirewire-${declared.version}.mcpb`);
  writeFileSync(out, bundle);
  console.log(`${out}: ${(bundle.length / 1024 / 1024).toFixed(1)} MiB, checked`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
