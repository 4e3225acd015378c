import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookAtOutput, watchFor } from './canaries.js';
import { temporaryFolder } from './program.js';

/** The watch over the whole suite is itself watched: each spelling of a leak must fail the test in which it happens. */

const SECRET = 'ap_canary "with" \u00e9 & signs/+=0123456789';

const SPELLINGS: readonly (readonly [string, string])[] = [
  ['plain', SECRET],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in JSON', JSON.stringify({ key: SECRET })],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64, after something', Buffer.from(`user:${SECRET}`).toString('base64')],
  ['in base64, one further', Buffer.from(`users:${SECRET}`).toString('base64')],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
];

it.each(SPELLINGS)('finds a secret %s', (_, spelling) => {
  const folder = temporaryFolder();
  watchFor(folder.path, SECRET);
  lookAtOutput(folder.path, 'nothing here', 'stderr');
  expect(() => lookAtOutput(folder.path, `before ${spelling} after`, 'stderr')).toThrow('is in stderr');
  writeFileSync(join(folder.path, 'file.db'), Buffer.from(`\0\0${spelling}\0`));
  expect(() => folder.remove()).toThrow('is in file.db');
});
