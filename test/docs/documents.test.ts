import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SETTING_NAMES } from '../../src/config/settings.js';

/** What the documents say must be so: tables, links, commands, settings. */

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const markdown = (folder: string) => readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
const documents = [...markdown('.'), ...markdown('docs').map((name) => `docs/${name}`)];
const readme = read('README.md');
const settings = read('docs/settings.md');
const lines = (text: string) => text.trimEnd().split('\n').length;
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));

describe('the generated tables', () => {
  it('are what the code says today', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/docs.js', '--check'], { cwd: root });
    expect(stdout).toContain('README.md is up to date.');
  });
});

describe('README.md', () => {
  it('is short', () => {
    expect(lines(readme)).toBeLessThanOrEqual(200);
  });

  it('has configurations that are valid JSON', () => {
    const blocks = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    for (const block of blocks) expect(() => JSON.parse(block)).not.toThrow();
  });

  it('gives the test command that CI runs', () => {
    const command = 'npm ci && npm run check';
    expect(readme).toContain(`\n${command} `);
    expect(read('.ci/run')).toContain(`bash -c '${command}'`);
  });
});

describe('docs/settings.md', () => {
  it('names every flag and every environment variable', () => {
    for (const name of SETTING_NAMES) expect(settings).toContain(`\`--${name}\``);
    const config = ['settings', 'paths'].map((name) => read(`src/config/${name}.ts`)).join('\n');
    const variables = config.match(/\b(?:HIREWIRE|AGRENTING|HUMANS2AI)_[A-Z0-9_]+\b/g) ?? [];
    expect(variables.length).toBeGreaterThan(10);
    for (const variable of new Set(variables)) expect(settings).toContain(`\`${variable}`);
  });
});

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('links only to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? '');
    for (const link of links.filter((each) => !/^[a-z]+:/.test(each))) {
      expect(existsSync(join(root, dirname(path), link)), link).toBe(true);
    }
  });

  it('names only npm scripts that exist', () => {
    for (const [, name = ''] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  });

  it('names no file that does not exist', () => {
    // Paths in backticks and at the beginning of a map's line; a place holder has angle brackets or stars.
    const named = [...text.matchAll(/(?:`|^ {4})((?:src|test|bin|docs|scripts|examples)\/[\w./-]*\w)(?=[`/\s])/gm)];
    for (const [, file = ''] of named) expect(existsSync(join(root, file)), file).toBe(true);
  });
});

it('AGENTS.md can be read at a glance', () => {
  expect(lines(read('AGENTS.md'))).toBeLessThanOrEqual(60);
});
