import { describeError, type ErrorFacts, toFacts } from '../errors.js';
import { log, redact } from '../log.js';
import type { Tool } from '../marketplaces/define.js';
import { describeTool, FOREIGN_FIELDS } from './describe.js';

/** How results and errors look in MCP. The text carries the same JSON as the structured content. */

export interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

export function successResult(tool: Tool, value: Record<string, unknown>): ToolResult {
  const foreign = describeTool(tool).foreign.filter((path) => firstOf(path) in value);
  const shown = foreign.length > 0 ? { ...value, [FOREIGN_FIELDS]: foreign } : value;
  const structured = Object.fromEntries(Object.entries(shown).map(([name, item]) => [name, redactDeep(item)]));
  return { content: [{ type: 'text', text: JSON.stringify(structured) }], structuredContent: structured };
}

/** An error is a result with isError and text alone: clients check structured content even on errors. */
export function errorResult(error: unknown): ToolResult {
  const facts = toFacts(error);
  if (facts.code === 'INTERNAL') log('error', 'a tool failed in a way that was not foreseen', error);
  return { content: [{ type: 'text', text: redact(errorText(facts)) }], isError: true };
}

function errorText(facts: ErrorFacts): string {
  const details =
    facts.details && Object.keys(facts.details).length > 0 ? `\nDetails: ${JSON.stringify(facts.details)}` : '';
  // The sentence on what changed stays last.
  return `${details ? details.slice(1).concat('\n') : ''}${describeError(facts)}`;
}

/** Redacts string by string: a secret inside serialized JSON could take the syntax with it. */
function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactDeep(item)]));
}

const firstOf = (path: string): string => path.split(/[.[]/)[0] ?? path;
