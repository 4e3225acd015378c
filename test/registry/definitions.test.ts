import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeTool } from '../../src/bridge/describe.js';
import { INSTRUCTIONS_MAX, serverInstructions } from '../../src/bridge/instructions.js';
import { enabledTools } from '../../src/bridge/registry.js';
import { TOOLSETS } from '../../src/config/settings.js';
import { allTools } from '../../src/tools.js';

/**
 * The definitions that clients see, as a file that is reviewed like an API and served as it is. `npm run fixtures`
 * rewrites it; a change that nobody meant fails here.
 */
const FILE = join(import.meta.dirname, '../../fixtures/tools.json');
const everything = { toolsets: TOOLSETS, tools: [], excludeTools: [], readOnly: false };

const now = allTools.map((tool) => ({
  name: tool.name,
  toolset: tool.toolset,
  hints: { readOnly: tool.hints.readOnly },
  definition: describeTool(tool).description,
}));
if (process.env.UPDATE_FIXTURES === '1') writeFileSync(FILE, `${JSON.stringify(now, null, 2)}\n`);
const reviewed: typeof now = JSON.parse(readFileSync(FILE, 'utf8'));

describe('tool definitions', () => {
  it.each(now.map((tool) => [tool.name, tool] as const))('%s is as it was reviewed', (name, tool) => {
    expect(JSON.parse(JSON.stringify(tool))).toEqual(reviewed.find((entry) => entry.name === name));
  });

  it('has no definition of a tool that is gone', () => {
    expect(reviewed.map((entry) => entry.name)).toEqual(now.map((tool) => tool.name));
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
