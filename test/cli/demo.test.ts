import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../stdio/program.js';
import { type Finished, hirewire } from './run.js';

const folder = temporaryFolder();
const temporary = join(folder.path, 'tmp');

let demo: Finished;
beforeAll(async () => {
  mkdirSync(temporary);
  // A key that would be used if the demo read the user's settings.
  const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary, AGRENTING_API_KEY: 'ap_not-for-the-demo' };
  demo = await hirewire(folder.path, ['demo'], { env });
});
afterAll(() => folder.remove());

describe('hirewire demo, when nobody watches', () => {
  it('ends well, in plain lines and few of them', () => {
    expect(demo.code, demo.stdout + demo.stderr).toBe(0);
    expect(demo.stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    expect(demo.stdout).not.toContain('\u001b');
    expect(demo.stderr).toBe('');
  });

  it('shows the confirmation, the question, the files and the proof', () => {
    expect(demo.stdout).toContain('nothing was changed yet: a person has to agree to this first');
    expect(demo.stdout).toMatch(/Hire did:agrenting:curious for 7\.50 USD/);
    expect(demo.stdout).toContain('replayed, charged once');
    expect(demo.stdout).toMatch(/Curious asks “/);
    expect(demo.stdout).toMatch(/download_artifact +from Artist: note\.md \(\d+ bytes\)/);
    expect(demo.stdout).toMatch(/proof handed in: “/);
    expect(demo.stdout).toMatch(/run: hirewire approve [0-9a-f]+/);
    expect(demo.stdout).toContain('confirmed by person, with hirewire approve');
  });

  it('ends with who paid whom, and with a ledger that sums to zero', () => {
    expect(demo.stdout).toMatch(/You, in escrow +Curious +7\.125 +USD +release/);
    expect(demo.stdout).toMatch(/You, in escrow +Agrenting +0\.375 +USD +fee/);
    expect(demo.stdout).toMatch(/You, in escrow +Hana +149\.985 +\$A9token +release/);
    const has = demo.stdout.slice(demo.stdout.indexOf('Who has what now')).split('\n').slice(1);
    const columns = has.map((line) => line.match(/-?\d+\.\d+/g) ?? []);
    const sum = has.findIndex((line) => line.includes('sum of all accounts'));
    expect(columns[sum]?.map(Number)).toEqual([0, 0]);
    // The rows above are what the sum is said to be of: all their numbers together are zero, too.
    const all = columns
      .slice(0, sum)
      .flat()
      .map((amount) => Math.round(Number(amount) * 1e8));
    expect(all.length).toBeGreaterThan(6);
    expect(all.reduce((total, amount) => total + amount, 0)).toBe(0);
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual(['tmp']);
  });
});
