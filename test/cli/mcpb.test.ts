import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../stdio/program.js';

/** The bundle for Claude Desktop. Its script unpacks it and starts what is in it before it says "checked". */

const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder();
const bundle = join(folder.path, 'test.mcpb');
afterAll(() => folder.remove());

let said: string;
let files: Record<string, Uint8Array>;
beforeAll(async () => {
  const script = join(root, 'scripts/mcpb.js');
  said = (await promisify(execFile)(process.execPath, [script, bundle], { cwd: root })).stdout;
  files = unzipSync(readFileSync(bundle));
}, 120_000);

const manifest = () => JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()));

describe('the bundle', () => {
  it('was unpacked and started by its own check', () => {
    expect(said).toMatch(/test\.mcpb: \d+\.\d MiB, checked\n$/);
    console.log(`figure: mcpb_mib=${(readFileSync(bundle).length / 1024 / 1024).toFixed(1)}`);
  });

  it('asks for each key as a sensitive field, and demands none', () => {
    const { user_config: fields, server } = manifest();
    const keys = Object.keys(fields).filter((name) => fields[name].sensitive === true);
    expect(keys).toEqual(['agrenting_api_key', 'agrenting_agent_key', 'humans2ai_api_key']);
    for (const name of Object.keys(fields)) expect(fields[name]).toMatchObject({ required: false });
    expect(server.mcp_config.env.AGRENTING_API_KEY).toBe(`\${user_config.${keys[0]}}`);
  });

  it('names the version, the platforms and every tool', () => {
    const tools = JSON.parse(readFileSync(join(root, 'fixtures/tools.json'), 'utf8'));
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    expect(names(manifest().tools)).toEqual(names(tools));
    expect(manifest()).toMatchObject({
      manifest_version: '0.3',
      version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
      compatibility: { platforms: [process.platform] },
    });
  });

  it('holds the program and its native modules, and no tests, sources or development packages', () => {
    const paths = Object.keys(files);
    expect(paths).toContain('dist/main.js');
    expect(paths.some((path) => /^node_modules\/@libsql\/.*\.node$/.test(path))).toBe(true);
    expect(
      paths.filter((path) => /^(src|test|fixtures)\/|dist\/testing|\.env|node_modules\/(msw|vitest)\//.test(path)),
    ).toEqual([]);
  });
});
