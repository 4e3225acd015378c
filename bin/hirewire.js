#!/usr/bin/env node
// Plain JavaScript that any Node version can parse: it says what is wrong instead of failing on newer syntax.
const [major, minor] = process.versions.node.split('.').map(Number);
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
if (!supported) {
  process.stderr.write(
    `hirewire needs Node 20.19, 22.12 or 24 and newer; this is ${process.versions.node}.\n` +
      'Nothing was started. Install a current Node from https://nodejs.org and start your client again.\n',
  );
  process.exitCode = 1;
} else {
  const { enableCompileCache } = await import('node:module');
  // Only newer Nodes have it; it halves the time to parse the bundle from the second start on.
  if (enableCompileCache) enableCompileCache();
  const { main } = await import('../dist/main.js');
  await main(process.argv.slice(2));
}
