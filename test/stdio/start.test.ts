import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN } from './program.js';

/** What a start loads decides how long it takes. A count of modules does not depend on the machine's speed. */

const DIST = join(dirname(BIN), '../dist');

function loadedFrom(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(
    /(?:^|[;}\n])import(?:[^"'();]*from)?["'](\.\/[^"']+)["']/g,
  )) {
    if (path) loadedFrom(join(dirname(file), path), seen);
  }
  return seen;
}

it('loads neither SQLite nor the backend nor the full command line before a client asks for something', () => {
  const entry = readdirSync(join(DIST, 'chunks')).find((file) => file.startsWith('run-serve'));
  expect(entry).toBeDefined();
  const files = [...loadedFrom(join(DIST, 'main.js'), loadedFrom(join(DIST, 'chunks', entry ?? '')))];
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  console.log(`figure: start_files=${files.length} start_kib=${Math.round(text.length / 1_024)}`);
  expect(text).toContain('tools/list');
  for (const heavy of [
    'from"libsql"',
    "'libsql'",
    'PRAGMA ',
    'did:agrenting:swift',
    'scriptName',
    'keychain-child',
    '/mcp/hirer/sse',
    'StreamableHTTPClientTransport already',
    'hirewire mount accept',
  ]) {
    expect(text.includes(heavy), `a start loads ${heavy}`).toBe(false);
  }
  expect(text.length).toBeLessThan(440 * 1_024);
});
