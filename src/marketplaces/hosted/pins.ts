import { canonical } from '../../spending/digest.js';
import { type Definitions, essence, type HostedPrompt, type HostedTemplate, type HostedTool } from './definitions.js';

/**
 * What was shown once stays what it was: a definition that the server changes later is kept back until the person has
 * looked at it. A description that turns into an order after it was approved is how tools are poisoned. What is new has
 * a new name, which the host asks about; resources are contents and no definitions.
 */

export interface Pinned {
  readonly tools: Readonly<Record<string, HostedTool>>;
  readonly prompts: Readonly<Record<string, HostedPrompt>>;
  readonly templates: Readonly<Record<string, HostedTemplate>>;
}

export const NOTHING_PINNED: Pinned = { tools: {}, prompts: {}, templates: {} };

/** A definition that is another one now. */
export interface Change {
  readonly kind: 'tool' | 'prompt' | 'template';
  readonly name: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly now: Readonly<Record<string, unknown>>;
}

/** Names that went away are remembered, too, but not without end. */
const MAX_GONE = 1_000;

const nameOf = ({ name }: { readonly name: string }): string => name;
/** A server may call a tool "constructor". */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const templateOf = ({ uriTemplate }: HostedTemplate): string => uriTemplate;

/** What was pinned, and everything that is offered under a new name. */
export function pinnedWith(pinned: Pinned, offered: Definitions): Pinned {
  return {
    tools: added(pinned.tools, offered.tools, nameOf),
    prompts: added(pinned.prompts, offered.prompts, nameOf),
    templates: added(pinned.templates, offered.templates, templateOf),
  };
}

/** What is pinned, but for what was changed: the next look pins that anew. */
export function withoutChanged(pinned: Pinned, changes: readonly Change[]): Pinned {
  const kept = <T>(kind: Change['kind'], items: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(items).filter(([name]) => !changes.some((change) => change.kind === kind && change.name === name)),
    );
  return {
    tools: kept('tool', pinned.tools),
    prompts: kept('prompt', pinned.prompts),
    templates: kept('template', pinned.templates),
  };
}

/** What is offered now in other words than those that are pinned. */
export function changesIn(pinned: Pinned, offered: Definitions): Change[] {
  return [
    ...changed('tool', pinned.tools, offered.tools, nameOf),
    ...changed('prompt', pinned.prompts, offered.prompts, nameOf),
    ...changed('template', pinned.templates, offered.templates, templateOf),
  ];
}

/** What is shown: what is offered, in the words that are pinned. */
export function shownOf(pinned: Pinned, offered: Definitions): Definitions {
  return {
    tools: offered.tools.map((tool) => own(pinned.tools, tool.name) ?? tool),
    prompts: offered.prompts.map((prompt) => own(pinned.prompts, prompt.name) ?? prompt),
    templates: offered.templates.map((template) => own(pinned.templates, template.uriTemplate) ?? template),
    resources: offered.resources,
  };
}

function added<T>(
  pinned: Readonly<Record<string, T>>,
  offered: readonly T[],
  key: (item: T) => string,
): Record<string, T> {
  const now = new Map(offered.map((item) => [key(item), item]));
  const gone = Object.entries(pinned).filter(([name]) => !now.has(name));
  const kept = [...now].map(([name, item]) => [name, own(pinned, name) ?? item] as const);
  return Object.fromEntries([...gone.slice(-MAX_GONE), ...kept]);
}

function changed<T extends HostedTool | HostedPrompt | HostedTemplate>(
  kind: Change['kind'],
  pinned: Readonly<Record<string, T>>,
  offered: readonly T[],
  key: (item: T) => string,
): Change[] {
  return offered.flatMap((item): Change[] => {
    const before = own(pinned, key(item));
    if (before === undefined) return [];
    const [then, now] = [essence(before), essence(item)];
    return canonical(then) === canonical(now) ? [] : [{ kind, name: key(item), before: then, now }];
  });
}
