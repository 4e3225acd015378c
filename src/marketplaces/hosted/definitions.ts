import * as z from 'zod';
import { log } from '../../log.js';
import { cleanDeep, cleanText } from '../../untrusted.js';
import { asObject } from '../envelope.js';
import { RemoteError } from './faults.js';
import { type ObjectSchema, safeInput, safeOutput } from './safe-schema.js';
import type { HostedSession } from './session.js';

/** What a mounted server offers, as it is shown: its own names, its texts cleaned and capped, its schemas made safe. */

/** Hosts cut descriptions at 2,048 characters without a word. */
const MAX_DESCRIPTION = 2_048;
const MAX_META = 8 * 1024;
const MAX_PAGES = 64;
const MAX_ITEMS = 1_000;
const MAX_CHARS = 2 * 1024 * 1024;

const text = (max: number) =>
  z
    .string()
    .overwrite((value) => cleanText(value, max))
    .optional()
    .catch(undefined);
const bool = z.boolean().optional().catch(undefined);
/** What its server knows it by: sent as it is, so one that would have to be cleaned is no name. */
const named = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((name) => cleanText(name, max) === name);
const icons = z
  .array(
    z.object({
      src: z
        .string()
        .max(100_000)
        .regex(/^(https:|data:image\/)/),
      mimeType: text(100),
      sizes: z.array(z.string().max(40)).optional(),
    }),
  )
  .optional()
  .catch(undefined);
/** Who it is meant for; nothing that a model reads. */
const audience = z
  .object({
    audience: z.array(z.enum(['user', 'assistant'])).optional(),
    priority: z.number().optional(),
    lastModified: text(60),
  })
  .optional()
  .catch(undefined);
/** For programs; harmless all the same. */
const meta = z
  .record(z.string(), z.unknown())
  .refine((value) => JSON.stringify(value).length <= MAX_META)
  .transform((value): Record<string, unknown> => ({ ...asObject(cleanDeep(value)) }))
  .optional()
  .catch(undefined);

const toolShape = z.object({
  name: named(256),
  title: text(200),
  description: text(MAX_DESCRIPTION),
  inputSchema: z.unknown().transform((raw): ObjectSchema => safeInput(raw)),
  outputSchema: z
    .unknown()
    .transform((raw): ObjectSchema | undefined => safeOutput(raw))
    .optional(),
  annotations: z
    .object({ title: text(200), readOnlyHint: bool, destructiveHint: bool, idempotentHint: bool, openWorldHint: bool })
    .optional()
    .catch(undefined),
  icons,
  execution: z
    .object({ taskSupport: z.enum(['required', 'optional', 'forbidden']).optional() })
    .optional()
    .catch(undefined),
  _meta: meta,
});
const promptShape = z.object({
  name: named(256),
  title: text(200),
  description: text(MAX_DESCRIPTION),
  arguments: z
    .array(z.object({ name: named(200), title: text(200), description: text(MAX_DESCRIPTION), required: bool }))
    .optional()
    .catch(undefined),
  icons,
  _meta: meta,
});
const common = {
  name: text(256).transform((name) => name ?? ''),
  title: text(200),
  description: text(MAX_DESCRIPTION),
  mimeType: text(200),
  annotations: audience,
  icons,
  _meta: meta,
};
const resourceShape = z.object({ uri: named(2_048), ...common, size: z.number().optional().catch(undefined) });
const templateShape = z.object({ uriTemplate: named(2_048), ...common });

export type HostedTool = z.output<typeof toolShape>;
export type HostedPrompt = z.output<typeof promptShape>;
export type HostedResource = z.output<typeof resourceShape>;
export type HostedTemplate = z.output<typeof templateShape>;

export const definitionsShape = z.object({
  tools: z.array(toolShape),
  prompts: z.array(promptShape),
  resources: z.array(resourceShape),
  templates: z.array(templateShape),
});
export type Definitions = z.output<typeof definitionsShape>;

/** Reads every list of the server, page by page, as far as it is within bounds. @throws when its tools cannot be read. */
export async function readDefinitions(session: HostedSession): Promise<Definitions> {
  const { offers } = session;
  const budget = { chars: MAX_CHARS };
  const list = async <T>(
    offered: boolean,
    method: string,
    member: string,
    shape: z.ZodType<T>,
    key: (item: T) => string,
  ) => (offered ? distinct(await readList(session, { method, member }, shape, budget), key) : []);
  const [tools, prompts, resources, templates] = await Promise.all([
    list(offers.tools, 'tools/list', 'tools', toolShape, ({ name }) => name),
    list(offers.prompts, 'prompts/list', 'prompts', promptShape, ({ name }) => name),
    list(offers.resources, 'resources/list', 'resources', resourceShape, ({ uri }) => uri),
    list(
      offers.resources,
      'resources/templates/list',
      'resourceTemplates',
      templateShape,
      ({ uriTemplate }) => uriTemplate,
    ),
  ]);
  return { tools, prompts, resources, templates };
}

async function readList<T>(
  session: HostedSession,
  { method, member }: { readonly method: string; readonly member: string },
  shape: z.ZodType<T>,
  budget: { chars: number },
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const result = await session.request(method, cursor === undefined ? {} : { cursor }).catch((error: unknown) => {
      // It says that it has such things, and does not know the question.
      if (error instanceof RemoteError && (error.code === -32_601 || method === 'resources/templates/list')) return {};
      throw error;
    });
    const found: unknown = Reflect.get(result, member);
    for (const raw of Array.isArray(found) ? found : []) {
      budget.chars -= JSON.stringify(raw).length;
      if (budget.chars < 0 || items.length >= MAX_ITEMS) {
        log('warn', `a mounted server lists more than is shown: ${method} was cut at ${items.length}`);
        return items;
      }
      const item = shape.safeParse(raw);
      if (item.success) items.push(item.data);
      else log('debug', `an entry of ${method} was left out: it is not as MCP says`);
    }
    const next: unknown = Reflect.get(result, 'nextCursor');
    if (typeof next !== 'string' || next === '' || next === cursor) return items;
    cursor = next;
  }
  return items;
}

/** The first of each name, in an order that never varies. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  const known = new Map<string, T>();
  for (const item of items) if (!known.has(key(item))) known.set(key(item), item);
  return [...known].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

const BESIDES = ['icons', '_meta', 'execution'];

/** The parts of a definition that a model goes by: what is compared with what was used before. */
export function essence(item: HostedTool | HostedPrompt | HostedTemplate): Readonly<Record<string, unknown>> {
  const entries = Object.entries(item).filter(([name, value]) => !BESIDES.includes(name) && value !== undefined);
  return Object.fromEntries(entries);
}
