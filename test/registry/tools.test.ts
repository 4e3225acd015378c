import { describe, expect, it } from 'vitest';
import { describeTool } from '../../src/bridge/describe.js';
import { allTools } from '../../src/tools.js';

/** What must be true of every tool, whoever adds the next one. */

type Json = Readonly<Record<string, unknown>>;

/** Nested inputs that a marketplace demands: "tool.argument". */
const NESTED_INPUTS = ['hire_agent.task_input', 'preview_operation.arguments', 'request_confirmation.params'];
/** Arguments whose name, type and enumeration say everything. */
const SELF_EXPLANATORY = ['currency', 'delivery_mode', 'kind', 'taskId', 'urgency', 'wait_seconds'];
const TOKEN_BUDGET = 9_000;
const WHOLE_BUDGET = 15_000;
const DESCRIPTION_MAX = 1_000;

const described = allTools.map((tool) => ({ tool, ...describeTool(tool).description }));

describe.each(described)('$name', ({ tool, name, description, inputSchema, outputSchema }) => {
  it('has a name that every client accepts', () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(name.length).toBeLessThanOrEqual(40);
  });

  it('has a title that is not its name', () => {
    expect(tool.title.trim()).not.toBe('');
    expect(tool.title).not.toBe(name);
  });

  it('says first what it does, in a sentence of its own, and stays short', () => {
    expect(description.length).toBeLessThanOrEqual(DESCRIPTION_MAX);
    const [first = '', ...rest] = description.split(/(?<=\.) /);
    expect(first).toMatch(/^[A-Z][a-z]+/);
    expect(first.length).toBeLessThanOrEqual(250);
    expect(rest.join(' ')).not.toBe('');
  });

  it('states all four hints, and none that contradict each other', () => {
    const hints = Object.values(tool.hints);
    expect(hints).toHaveLength(4);
    expect(hints.every((hint) => typeof hint === 'boolean')).toBe(true);
    expect(tool.hints.readOnly && tool.hints.destructive).toBe(false);
    expect(tool.hints.readOnly && !tool.hints.idempotent).toBe(false);
  });

  it('is either a money tool or a plain one, and a money tool can be repeated', () => {
    expect([tool.run, tool.money].filter(Boolean)).toHaveLength(1);
    if (!tool.money) return;
    expect(tool.hints).toMatchObject({ readOnly: false, idempotent: true });
    expect(typeof tool.confirm).toBe('boolean');
    const names = Object.keys(tool.input.shape);
    expect(names.some((argument) => ['idempotency_key', 'idempotencyKey'].includes(argument))).toBe(true);
    const takesToken = names.some((argument) => ['confirmation_token', 'confirmationToken'].includes(argument));
    expect(takesToken).toBe(tool.confirm);
    expect(Object.keys(tool.output.shape)).toContain('operation');
  });

  it('takes a flat object, without unions at the root and without null', () => {
    expect(inputSchema.type).toBe('object');
    for (const union of ['oneOf', 'anyOf', 'allOf']) expect(inputSchema).not.toHaveProperty(union);
    expect(nullsIn(inputSchema)).toEqual([]);
    for (const [argument, schema] of propertiesOf(inputSchema)) {
      if (NESTED_INPUTS.includes(`${name}.${argument}`)) continue;
      expect(['string', 'number', 'integer', 'boolean', 'array']).toContain(schema.type);
      const { items } = schema;
      if (schema.type === 'array') expect(isObject(items) && items.type).toBe('string');
    }
  });

  it('describes its arguments', () => {
    const silent = propertiesOf(inputSchema)
      .filter(([argument, { description: said }]) => !said && !SELF_EXPLANATORY.includes(argument))
      .map(([argument]) => argument);
    expect(silent).toEqual([]);
  });

  it('answers with an object that never holds null', () => {
    expect(outputSchema.type).toBe('object');
    expect(propertiesOf(outputSchema)).not.toEqual([]);
    expect(nullsIn(outputSchema)).toEqual([]);
  });
});

describe('the list of tools', () => {
  it('is sorted by name and names no tool twice', () => {
    const names = allTools.map((tool) => tool.name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it(`costs at most ${TOKEN_BUDGET} tokens of a model's context, and ${WHOLE_BUDGET} on the wire`, () => {
    const cost = described
      .map(({ tool, outputSchema, ...read }) => ({
        name: tool.name,
        // What hosts put in front of a model; the output schema stays with the client.
        read: tokensOf(read),
        whole: tokensOf({ ...read, outputSchema }),
      }))
      .sort((a, b) => b.read - a.read);
    const total = (of: 'read' | 'whole') => cost.reduce((sum, tool) => sum + tool[of], 0);
    const dearest = cost.slice(0, 5).map(({ name, read }) => `${name} ${read}`);
    console.log(
      `figure: tools=${cost.length} tokens_read=${total('read')} tokens_whole=${total('whole')} dearest=${dearest.join(', ')}`,
    );
    expect(total('read')).toBeLessThanOrEqual(TOKEN_BUDGET);
    expect(total('whole')).toBeLessThanOrEqual(WHOLE_BUDGET);
  });
});

/** Four characters a token: the usual estimate for English and JSON. */
const tokensOf = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function propertiesOf(schema: Json): [string, Json][] {
  const properties = isObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, value]) => (isObject(value) ? [[name, value]] : []));
}

/** Where a schema allows null. */
function nullsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => nullsIn(item, `${path}[${index}]`));
  if (!isObject(value)) return value === null || (value === 'null' && /type(\[\d+\])?$/.test(path)) ? [path] : [];
  return Object.entries(value).flatMap(([name, item]) => nullsIn(item, `${path}.${name}`));
}
