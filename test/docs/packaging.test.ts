import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const pkg = json('package.json');
const server = json('server.json');

const text = (maxLength: number, more = {}) => ({ type: 'string', minLength: 1, maxLength, ...more });

/** What the registry's schema of 2025-12-11 demands of a server with npm packages on stdio, restated. */
const REGISTRY_RULES = {
  type: 'object',
  required: ['$schema', 'name', 'description', 'version'],
  properties: {
    $schema: { const: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json' },
    name: text(200, { pattern: '^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$' }),
    title: text(100),
    description: text(100),
    version: text(255, { pattern: '^\\d+\\.\\d+\\.\\d+' }),
    packages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['registryType', 'identifier', 'transport'],
        properties: {
          registryType: { enum: ['npm', 'pypi', 'oci', 'nuget', 'mcpb'] },
          identifier: { type: 'string' },
          version: { type: 'string', minLength: 1, not: { const: 'latest' } },
          transport: { type: 'object', required: ['type'], properties: { type: { const: 'stdio' } } },
          environmentVariables: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name'],
              properties: {
                name: { type: 'string' },
                description: { type: 'string' },
                isRequired: { type: 'boolean' },
                isSecret: { type: 'boolean' },
                format: { enum: ['string', 'number', 'boolean', 'filepath'] },
              },
            },
          },
        },
      },
    },
  },
};

describe('server.json', () => {
  it('keeps to the rules of the MCP registry (restated here: its schema is not shipped with this project)', () => {
    const ajv = new Ajv({ allErrors: true });
    const valid = ajv.validate(REGISTRY_RULES, server);
    expect(ajv.errors).toBeNull();
    expect(valid).toBe(true);
    expect(ajv.validate(REGISTRY_RULES, { ...server, description: 'x'.repeat(101) })).toBe(false);
  });

  it('has the version and the name of package.json', () => {
    expect(server).toMatchObject({ name: pkg.mcpName, version: pkg.version });
    expect(server.packages[0]).toMatchObject({ identifier: pkg.name, version: pkg.version });
  });

  it('calls every key a secret, and nothing else', () => {
    for (const { name, isSecret } of server.packages[0].environmentVariables) {
      expect(isSecret).toBe(/_KEY$/.test(name));
    }
  });
});

describe('the release workflow', () => {
  const { permissions, jobs, on } = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8'));

  it('runs on tags only, and may do nothing by default', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(permissions).toEqual({});
  });

  it('gives the right to sign to the job that publishes, and the right to write to the one that releases', () => {
    expect(jobs.check.permissions).toEqual({ contents: 'read' });
    expect(jobs.npm.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs.github.permissions).toEqual({ contents: 'write' });
  });

  it('publishes after the checks, with provenance and without a token', () => {
    expect(jobs.npm.needs).toBe('check');
    const commands = JSON.stringify(jobs.npm.steps);
    expect(commands).toContain('npm publish --provenance');
    expect(commands).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/);
  });
});

describe('the Dockerfile', () => {
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n');

  it('runs the program as an ordinary user and holds no key', () => {
    expect(lines).toContain('USER node');
    expect(lines.filter(Boolean).at(-1)).toBe('ENTRYPOINT ["hirewire"]');
    expect(lines.filter((line) => /^(ENV|ARG)/.test(line)).join()).not.toMatch(/KEY|TOKEN|PASSPHRASE/);
  });
});
