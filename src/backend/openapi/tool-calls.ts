import type { EnvelopeTool } from '../../marketplaces/humans2ai/contract/tools.js';
import type { Examples } from './examples.js';
import { pascal, type Schemas, schemaPath } from './schemas.js';
import type { Schema } from './types.js';

/** The body of the route behind which tools are called by name: one form for each tool, told apart by its name. */
export function toolCalls(
  tools: readonly EnvelopeTool[],
  schemas: Schemas,
  prefix: string,
): { request: Schema; named: Record<string, Schema> } {
  const forms = tools.map((tool) => ({ tool, name: `${prefix}${pascal(tool.name)}Call` }));
  return {
    request: {
      oneOf: forms.map(({ name }) => ({ $ref: schemaPath(name) })),
      discriminator: {
        propertyName: 'tool',
        mapping: Object.fromEntries(forms.map(({ tool, name }) => [tool.name, schemaPath(name)])),
      },
    },
    named: Object.fromEntries(forms.map(({ tool, name }) => [name, formOf(tool, schemas)])),
  };
}

function formOf(tool: EnvelopeTool, schemas: Schemas): Schema {
  const needed = (schemas.read(tool.input).required ?? []).length > 0;
  return {
    type: 'object',
    description: tool.summary,
    properties: { tool: { type: 'string', const: tool.name }, input: schemas.refer(tool.input) },
    required: needed ? ['tool', 'input'] : ['tool'],
    'x-callers': tool.callers,
    ...(tool.scope ? { 'x-scope': tool.scope, 'x-scope-evidence': tool.scopeEvidence } : {}),
    'x-idempotency': tool.financial ? 'required' : 'none',
  };
}

/** A call of each tool. */
export function toolCallExamples(
  tools: readonly EnvelopeTool[],
  schemas: Schemas,
  examples: Examples,
): Record<string, { summary: string; value: unknown }> {
  const example = (tool: EnvelopeTool) => {
    const input = examples.accepted(schemas.refer(tool.input), tool.input);
    return { summary: tool.summary, value: { tool: tool.name, input } };
  };
  return Object.fromEntries(tools.map((tool) => [tool.name, example(tool)]));
}

/** What stands in the envelope: the result of the tool that was called. */
export function toolResults(tools: readonly EnvelopeTool[], schemas: Schemas): Schema {
  const results = new Set(tools.map((tool) => tool.result));
  return { anyOf: [...results].map((result) => schemas.refer(result)) };
}
