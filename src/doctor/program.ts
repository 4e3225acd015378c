import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { check, fail, type Patient, pass, warn } from './finding.js';

/** The launcher refuses an unfit Node before this runs; here it is named, for whoever reads the report. */
export const nodeCheck = check('node', ({ started }) => [
  pass(`Node ${process.versions.node} (${process.platform} ${process.arch}) at ${started.node}`),
]);

export const npmCheck = check('npm', ({ machine }) => {
  const name = machine.platform === 'win32' ? 'npm.cmd' : 'npm';
  const folder = (machine.env.PATH ?? '').split(delimiter).find((path) => path !== '' && existsSync(join(path, name)));
  if (folder !== undefined) return [pass(`npm at ${join(folder, name)}`)];
  return [
    warn('npm is not on the PATH; entries with npx would not start', 'Install Node with npm: https://nodejs.org'),
  ];
});

/** A half-written npx cache or an interrupted build lacks files that are asked for only later. */
export const bundleCheck = check('program', (patient) => {
  const root = join(dirname(patient.started.script), '..');
  const version = patient.started.version;
  const missing = missingFiles(join(root, 'dist'));
  if (missing.length > 0) {
    return [fail(`Hirewire ${version} is incomplete: ${missing.join(', ')} missing in ${root}`, remedy(patient))];
  }
  const declared = declaredVersion(join(root, 'package.json'));
  if (declared !== undefined && declared !== version) {
    return [warn(`the build is ${version}, and its package.json says ${declared}`, 'Run: npm run build')];
  }
  return [pass(`Hirewire ${version} in ${root}`)];
});

function remedy({ started }: Patient): string {
  const cache = /^.*[\\/]_npx[\\/][^\\/]+/.exec(started.script)?.[0];
  if (cache !== undefined) return `Delete ${cache}, and start it again`;
  return 'Install it again, or run "npm ci && npm run build" in a clone';
}

function missingFiles(dist: string): string[] {
  if (!existsSync(join(dist, 'main.js'))) return ['dist/main.js'];
  const chunks = join(dist, 'chunks');
  const files = existsSync(chunks) ? readdirSync(chunks).filter((name) => name.endsWith('.js')) : [];
  const asked = [join(dist, 'main.js'), ...files.map((name) => join(chunks, name))].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/["']\.\/(?:chunks\/)?([a-z-]+-[A-Z0-9]{8}\.js)["']/g)].map(
      ([, name]) => name,
    ),
  );
  return [...new Set(asked)]
    .filter((name) => name !== undefined && !files.includes(name))
    .map((name) => `dist/chunks/${name}`);
}

function declaredVersion(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const declared: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const version =
    typeof declared === 'object' && declared !== null && 'version' in declared ? declared.version : undefined;
  return typeof version === 'string' ? version : undefined;
}
