import * as z from 'zod';
import { redact } from '../../log.js';
import { cleanText } from '../../untrusted.js';
import { asObject } from '../envelope.js';

/** What a mounted server answers, as it is handed on: the same blocks, without what nobody can see, and bounded. */

/** Of one text. */
const MAX_TEXT = 400_000;
/** Of all texts of a result together. */
const MAX_TEXTS = 1_000_000;
const MAX_DEPTH = 64;

const clean = (value: string, max = MAX_TEXT): string => redact(cleanText(value, max));

/** Cleans every string of a JSON value and keeps its shape: its own schema still describes it. */
export function cleanJson(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return clean(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[nested too deeply]';
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [clean(key, 1_000), cleanJson(item, depth + 1)] as const);
  return Object.fromEntries(entries.filter(([key]) => key !== '__proto__'));
}

const text = z.string().overwrite((value) => clean(value));
const line = z.string().overwrite((value) => clean(value, 2_048));
const base64 = z.string().regex(/^[A-Za-z0-9+/_=\s-]*$/);
const annotations = z
  .object({
    audience: z.array(z.enum(['user', 'assistant'])).optional(),
    priority: z.number().optional(),
    lastModified: line.optional(),
  })
  .optional()
  .catch(undefined);
const meta = z
  .record(z.string(), z.unknown())
  .transform((value): Record<string, unknown> => ({ ...asObject(cleanJson(value)) }))
  .optional()
  .catch(undefined);
const rest = { annotations, _meta: meta };

const contents = z.union([
  z.object({ uri: line, mimeType: line.optional(), text, _meta: meta }),
  z.object({ uri: line, mimeType: line.optional(), blob: base64, _meta: meta }),
]);
const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text, ...rest }),
  z.object({ type: z.literal('image'), data: base64, mimeType: line, ...rest }),
  z.object({ type: z.literal('audio'), data: base64, mimeType: line, ...rest }),
  z.object({ type: z.literal('resource'), resource: contents, ...rest }),
  z.object({
    type: z.literal('resource_link'),
    uri: line,
    name: line,
    title: line.optional(),
    description: text.optional(),
    mimeType: line.optional(),
    size: z.number().optional(),
    ...rest,
  }),
]);
export type Block = z.output<typeof block>;
export type Contents = z.output<typeof contents>;

export interface HostedResult {
  [key: string]: unknown;
  content: Block[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
  _meta?: Record<string, unknown>;
}

/** Says whose words a result is. */
export const MOUNT_META = 'io.github.hirewire/mount';

/** The result of a tool. @param declared whether the tool states an output schema, so that hosts demand such content. */
export function resultOf(raw: Readonly<Record<string, unknown>>, mount: string, declared: boolean): HostedResult {
  const budget = { left: MAX_TEXTS };
  const content = (Array.isArray(raw.content) ? raw.content : []).map((item) => blockOf(item, budget));
  const structured = asObject(raw.structuredContent);
  const shown = structured && asObject(cleanJson(structured));
  // Hosts of earlier revisions take only objects there; what is said must not be lost.
  if (raw.structuredContent !== undefined && content.length === 0) {
    content.push(blockOf({ type: 'text', text: JSON.stringify(raw.structuredContent) }, budget));
  }
  const isError = raw.isError === true;
  const lies = declared && !isError && shown === undefined;
  if (lies) content.unshift({ type: 'text', text: LIES });
  return {
    content,
    ...(shown ? { structuredContent: { ...shown } } : {}),
    ...(isError || lies ? { isError: true } : raw.isError === false ? { isError: false } : {}),
    _meta: { ...asObject(cleanJson(asObject(raw._meta) ?? {})), [MOUNT_META]: mount },
  };
}

const LIES =
  'BAD_REPLY: The call was carried out, but its answer has no structured content although the tool states a schema for it. ' +
  'What the server said follows; do not repeat the call only because of this.';
const UNREADABLE = '[a part of the answer that is not as MCP says was left out]';

function blockOf(raw: unknown, budget: { left: number }): Block {
  const parsed = block.safeParse(raw);
  if (!parsed.success) return { type: 'text', text: UNREADABLE };
  const { data } = parsed;
  if (data.type !== 'text') return data;
  const allowed = Math.max(0, budget.left);
  budget.left -= data.text.length;
  return data.text.length <= allowed ? data : { ...data, text: `${data.text.slice(0, allowed)} [cut]` };
}

/** The contents of a resource. */
export function contentsOf(raw: Readonly<Record<string, unknown>>): { contents: Contents[] } {
  const items = Array.isArray(raw.contents) ? raw.contents : [];
  return {
    contents: items.flatMap((item) => {
      const parsed = contents.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    }),
  };
}

const messageShape = z.object({ role: z.enum(['user', 'assistant']), content: z.unknown() });

/** A prompt with its messages. */
export function promptOf(raw: Readonly<Record<string, unknown>>) {
  const budget = { left: MAX_TEXTS };
  const items = Array.isArray(raw.messages) ? raw.messages : [];
  const messages = items.flatMap((item) => {
    const parsed = messageShape.safeParse(item);
    return parsed.success ? [{ role: parsed.data.role, content: blockOf(parsed.data.content, budget) }] : [];
  });
  const description = typeof raw.description === 'string' ? { description: clean(raw.description, 2_000) } : {};
  return { ...description, messages };
}

/** The protocol's own bound for one answer. */
const MAX_VALUES = 100;

export function completionOf(raw: Readonly<Record<string, unknown>>) {
  const { values, total, hasMore } = asObject(raw.completion) ?? {};
  const found = (Array.isArray(values) ? values : []).filter((value) => typeof value === 'string');
  return {
    completion: {
      values: found.slice(0, MAX_VALUES).map((value) => clean(value, 1_000)),
      ...(typeof total === 'number' ? { total } : {}),
      ...(typeof hasMore === 'boolean' ? { hasMore } : {}),
    },
  };
}
