import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout = 20_000) => ({
  test: { name, include, testTimeout, hookTimeout: 30_000 },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', [
        'test/{money,errors,clients,config,doctor,http,marketplaces,registry,backend,spending,bridge,docs}/**/*.test.ts',
        'test/*.test.ts',
        'test/worker/*.test.ts',
      ]),
      project('properties', ['test/properties/**/*.test.ts'], 180_000),
      project('stdio', ['test/stdio/**/*.test.ts', 'test/cli/**/*.test.ts'], 60_000),
      project('interop', ['test/interop/**/*.test.ts', 'test/seeds/**/*.test.ts'], 60_000),
      project('credentials', ['test/credentials/**/*.test.ts'], 60_000),
      project('examples', ['examples/**/*.test.ts']),
      project('faults', ['test/{faults,worker/faults}/**/*.test.ts'], 180_000),
    ],
  },
});
