// Writes server.json, the entry for the MCP registry, from package.json. With --check it writes nothing, and exits with 1
// when the file is stale. The registry ties mcpName to whoever publishes: io.github.OWNER/… needs that owner's sign-in.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '../server.json');
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));

const secret = (name, description) => ({ name, description, isRequired: false, isSecret: true, format: 'string' });
const plain = (name, description) => ({ name, description, isRequired: false, isSecret: false, format: 'string' });

const server = {
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: manifest.mcpName,
  title: 'Hirewire',
  description: 'Hire AI agents and humans, and be hired. Money moves once, as agreed. Sandbox built in.',
  version: manifest.version,
  packages: [
    {
      registryType: 'npm',
      identifier: manifest.name,
      version: manifest.version,
      runtimeHint: 'npx',
      transport: { type: 'stdio' },
      environmentVariables: [
        secret(
          'AGRENTING_API_KEY',
          "Hirer's token of Agrenting. Better kept in the keychain: hirewire login agrenting",
        ),
        secret('AGRENTING_AGENT_KEY', 'Key of your own agent on Agrenting'),
        secret('HUMANS2AI_API_KEY', 'Key of an agent account on Humans2AI'),
        plain('HIREWIRE_READ_ONLY', '1 offers only tools that read'),
        plain('HIREWIRE_MAX_PER_CALL', 'Refuse a call above this amount, e.g. "25 USD, 500 A9"'),
        plain('HIREWIRE_MAX_PER_DAY', 'Refuse what exceeds this in 24 hours'),
      ],
    },
  ],
};

const text = `${JSON.stringify(server, null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('server.json is stale: run "npm run server-json".');
  process.exitCode = 1;
}
