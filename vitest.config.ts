import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that start processes share the machine with them: there, one more try tells a busy moment from a defect. */
const project = (name: string, include: string[], testTimeout = 60_000, retry = 0) => ({
  test: { name, include, testTimeout, hookTimeout: 60_000, retry: process.env.CI ? retry : 0 },
});

export default defineConfig({
  test: {
    globalSetup: ['test/stdio/canary-sums.ts'],
    // Much of what is tested waits for processes; on two cores vitest would otherwise run one file at a time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('unit', [
        'test/{money,errors,clients,config,doctor,http,marketplaces,registry,backend,spending,bridge,docs}/**/*.test.ts',
        'test/*.test.ts',
      ]),
      project('worker', ['test/worker/*.test.ts'], 60_000, 1),
      project('properties', ['test/properties/**/*.test.ts'], process.env.SOAK ? 7_200_000 : 400_000),
      project('stdio', ['test/stdio/**/*.test.ts', 'test/cli/**/*.test.ts'], 120_000, 1),
      project('interop', ['test/interop/**/*.test.ts', 'test/seeds/**/*.test.ts'], 120_000, 1),
      project('browser', ['test/browser/**/*.test.ts'], 180_000, 1),
      project('credentials', ['test/credentials/**/*.test.ts'], 120_000, 1),
      project('examples', ['examples/**/*.test.ts']),
      project('faults', ['test/{faults,worker/faults}/**/*.test.ts'], process.env.SOAK ? 7_200_000 : 300_000, 1),
    ],
  },
});
