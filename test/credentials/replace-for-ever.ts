import { replaceFile } from '../../src/credentials/atomic-file.js';

/** Replaces a file over and over, with a dot on stdout for each time, until it is killed. */

const [path = '', round = ''] = process.argv.slice(2);
for (;;) {
  replaceFile(path, JSON.stringify({ round: Number(round), text: 'x'.repeat(2_000_000) }));
  await new Promise((resolve) => process.stdout.write('.', resolve));
}
