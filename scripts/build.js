// Bundles the program into dist/main.js and what others import (dist/testing.js, dist/webhooks.js) with its types
// beside it. Only native modules stay outside.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });

const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  external: ['libsql', 'msw', '@napi-rs/keyring'],
  alias: {
    '@modelcontextprotocol/server/_shims': './src/bridge/sdk-shims.ts',
    '@modelcontextprotocol/client/_shims': './src/bridge/sdk-shims.ts',
    // Its CommonJS form looks for its own parts in a way that no bundler sees.
    'jsonc-parser': './node_modules/jsonc-parser/lib/esm/main.js',
  },
  minify: true,
  legalComments: 'none',
  define: { 'process.env.HIREWIRE_VERSION': JSON.stringify(version) },
  // CommonJS dependencies inside an ES bundle still ask for require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

/** A start on stdio must not pay for what only HTTP needs of the MCP SDK, which is one file and so stands in one chunk. */
const httpApart = {
  name: 'http-apart',
  setup: (main) =>
    main.onResolve({ filter: /\/serve-http\.js$/ }, () => ({ path: '../serve-http.js', external: true })),
};
const program = { ...shared, outdir: 'dist', splitting: true, chunkNames: 'chunks/[name]-[hash]' };

await build({
  ...program,
  // The second one asks the keychain, in a process that can be killed.
  entryPoints: { main: 'src/main.ts', 'keychain-child': 'src/credentials/keychain-child.ts' },
  plugins: [httpApart],
});
await build({ ...program, entryPoints: { 'serve-http': 'src/cli/serve-http.ts' } });
await build({ ...shared, entryPoints: ['src/testing/index.ts'], outfile: 'dist/testing.js' });
await build({ ...shared, entryPoints: ['src/webhooks/signature.ts'], outfile: 'dist/webhooks.js' });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.testing.json'], {
  stdio: 'inherit',
});
