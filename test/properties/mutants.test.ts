import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soaking } from '../spending/support/random.js';
import { agreementMutants } from './mutants/agreement.js';
import type { Mutant } from './mutants/mutant.js';
import { sendingMutants } from './mutants/sending.js';

/** Whether the tests of this folder would notice: each mutant is put into a copy of the source, and a test must fail. */

const mutants = [...sendingMutants, ...agreementMutants];
const ROOT = join(import.meta.dirname, '../..');
const AT_ONCE = 2;
/** One of each sort for every commit; SOAK=1 puts all of them through, MUTANT names one. */
const DAILY = [
  'two calls at once are two operations',
  'every refusal is believed',
  'an agreement does not cover the submission',
  'the call that exceeds the day is still allowed',
  'an escrow is settled again',
];
const wanted = process.env.MUTANT ? [process.env.MUTANT] : DAILY;
const chosen = soaking ? mutants : mutants.filter(({ name }) => wanted.includes(name));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hirewire-mutants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the project in which a mutant can live. */
function copyOf(name: string): string {
  const copy = join(folder, name);
  mkdirSync(copy, { recursive: true });
  for (const part of ['src', 'test/spending', 'test/properties', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
  const config = `export default { test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, bail: 1 } };`;
  writeFileSync(join(copy, 'vitest.config.mjs'), config);
  return copy;
}

/** @returns whether the tests pass in the copy. */
function passes(copy: string, tests: readonly string[]): Promise<boolean> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const files = tests.map((file) => `test/${file}`);
  const env = { ...process.env, QUICK: '1', SOAK: '', SEED: '', VITEST: '', VITEST_POOL_ID: '', VITEST_WORKER_ID: '' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [vitest, 'run', '--root', copy, ...files],
      { cwd: copy, env, timeout: 300_000 },
      (error) => resolve(error === null),
    );
  });
}

function patch(copy: string, { file, find, replace, name }: Mutant): () => void {
  const path = join(copy, 'src', file);
  const before = readFileSync(path, 'utf8');
  if (before.split(find).length !== 2)
    throw new Error(`the mutant "${name}" fits ${before.split(find).length - 1} times`);
  writeFileSync(
    path,
    before.replace(find, () => replace),
  );
  return () => writeFileSync(path, before);
}

describe('the tests of the money code', () => {
  it('know every mutant in the source as it is now', () => {
    const misfits = mutants.filter(
      ({ file, find }) => readFileSync(join(ROOT, 'src', file), 'utf8').split(find).length !== 2,
    );
    expect(misfits.map(({ name }) => name)).toEqual([]);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('pass without a mutant', async () => {
    const files = [...new Set(chosen.map(({ killedBy }) => killedBy))];
    expect(await passes(copyOf('control'), files)).toBe(true);
  }, 300_000);

  it(`catch ${chosen.length} of ${mutants.length} mutants`, async () => {
    const waiting = [...chosen];
    const survivors: string[] = [];
    const worker = async (_: unknown, index: number) => {
      const copy = copyOf(`copy-${index}`);
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const restore = patch(copy, mutant);
        if (await passes(copy, [mutant.killedBy])) survivors.push(mutant.name);
        restore();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    console.log(
      `figure: mutants=${chosen.length} of ${mutants.length} killed=${chosen.length - survivors.length} seed=none`,
    );
    expect(survivors).toEqual([]);
    expect(mutants.length).toBeGreaterThanOrEqual(25);
  }, 3_600_000);
});
