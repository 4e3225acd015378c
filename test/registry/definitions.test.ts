import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INSTRUCTIONS_MAX, serverInstructions } from '../../src/bridge/instructions.js';
import { describeTool, enabledTools } from '../../src/bridge/registry.js';
import { TOOLSETS } from '../../src/config/settings.js';
import { allTools } from '../../src/tools.js';

/**
 * The definitions that clients see, as files that are reviewed like an API. `npm run fixtures` rewrites them; a change
 * that nobody meant fails here.
 */
const FOLDER = join(import.meta.dirname, '../../fixtures/tools');
const update = process.env.UPDATE_FIXTURES === '1';
const everything = { toolsets: TOOLSETS, tools: [], excludeTools: [], readOnly: false };

if (update) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

describe('tool definitions', () => {
  it.each(allTools.map((tool) => [tool.name, tool] as const))('%s is as its fixture says', (name, tool) => {
    const file = join(FOLDER, `${name}.json`);
    const now = `${JSON.stringify(describeTool(tool).description, null, 2)}\n`;
    if (update) writeFileSync(file, now);
    expect(existsSync(file), `no fixture for ${name}: run npm run fixtures and review it`).toBe(true);
    expect(now).toBe(readFileSync(file, 'utf8'));
  });

  it('has no fixture for a tool that is gone', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace('.json', ''));
    expect(files.toSorted()).toEqual(allTools.map((tool) => tool.name).toSorted());
  });
});

describe('which tools are offered', () => {
  it('sorts by name, whatever the order of definition', () => {
    const names = enabledTools(allTools.toReversed(), everything).map((tool) => tool.name);
    expect(names).toEqual(names.toSorted());
    expect(names).toHaveLength(allTools.length);
  });

  it('lets read-only win over everything, and exclusion over inclusion', () => {
    const all = allTools.map((tool) => tool.name);
    const readOnly = enabledTools(allTools, { ...everything, tools: all, readOnly: true });
    expect(readOnly.length).toBeGreaterThan(5);
    expect(readOnly.every((tool) => tool.hints.readOnly && !tool.money)).toBe(true);
    const some = { ...everything, tools: ['hire_agent', 'list_agents'], excludeTools: ['hire_agent'] };
    expect(enabledTools(allTools, some).map((tool) => tool.name)).toEqual(['list_agents']);
  });

  it('offers the tools of a toolset and no others', () => {
    const agent = enabledTools(allTools, { ...everything, toolsets: ['agent'] }).map((tool) => tool.name);
    expect(agent).toEqual([
      'add_hiring_message',
      'list_pending_hirings',
      'report_hiring_failure',
      'submit_hiring_result',
      'task_emit_chunk',
    ]);
  });
});

describe('server instructions', () => {
  it('stay below what clients cut, with every toolset and in the sandbox', () => {
    const text = serverInstructions({ tools: allTools, sandbox: true, confirm: 'auto' });
    console.log(`figure: instructions=${text.length} characters of ${INSTRUCTIONS_MAX}`);
    expect(text.length).toBeLessThan(INSTRUCTIONS_MAX);
    expect(text).toContain('Errors say whether anything changed');
    expect(text).toContain('SANDBOX');
  });

  it('do not teach tools that are switched off', () => {
    const tools = enabledTools(allTools, { ...everything, toolsets: ['tasks'] });
    expect(serverInstructions({ tools, sandbox: false, confirm: 'auto' })).not.toContain('hire_agent');
  });
});
