import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { closest } from '../config/closest.js';
import type { Settings } from '../config/settings.js';
import { describeError, HirewireError, toFacts } from '../errors.js';
import { log, redact } from '../log.js';
import { RemoteError } from '../marketplaces/hosted/faults.js';
import type { Mounts } from '../marketplaces/hosted/mounts.js';
import { ownerOf, promptsOf, resourcesOf, templatesOf, toolsOf } from '../marketplaces/hosted/offer.js';
import { cleanJson, completionOf, contentsOf, promptOf, resultOf } from '../marketplaces/hosted/results.js';
import { cleanText } from '../untrusted.js';
import { catalog } from './catalog.js';
import type { CompletionRequest } from './completions.js';
import { promptNames } from './prompts.js';
import { RECENT, type Resources } from './resources.js';

/** Mounted servers over MCP: their tools, resources, templates and prompts beside ours. */

export interface MountedCall {
  readonly signal: AbortSignal;
  /** Given when the client asked for progress. */
  readonly onProgress?: (progress: number, total: number | undefined, message: string | undefined) => void;
}

/** Our names are ours even when they are switched off: nothing may pass for them. */
const RESERVED: ReadonlySet<string> = new Set(catalog.map(({ name }) => name));

export class Mounted {
  constructor(
    private readonly mounts: Mounts,
    private readonly settings: Pick<Settings, 'readOnly'>,
  ) {}

  async tools() {
    return (await this.offeredTools()).map(({ name, item }) => ({ ...item, name }));
  }

  /** @throws {ProtocolError} the server's own error. @throws {HirewireError} ours. */
  async call(name: string, args: Record<string, unknown> | undefined, { signal, onProgress }: MountedCall) {
    const found = (await this.toolNamed(name)) ?? (await this.mounts.settled().then(() => this.toolNamed(name)));
    if (!found) {
      const offered = await this.offeredTools();
      throw unknownTool(name, [...RESERVED, ...offered.map((offer) => offer.name)]);
    }
    const { mount, item } = found;
    const params = { name: item.name, ...(args === undefined ? {} : { arguments: args }) };
    const tell: MountedCall['onProgress'] = (done, total, message) =>
      onProgress?.(done, total, message === undefined ? undefined : redact(cleanText(message, 500)));
    const options = { signal, timeoutMs: mount.settings.timeoutMs, ...(onProgress ? { onProgress: tell } : {}) };
    const raw = await carried(mount.request('tools/call', params, options, { kind: 'tool', name: item.name }));
    const result = resultOf(raw, mount.settings.name, item.outputSchema !== undefined);
    for (const block of result.content) if (block.type === 'resource_link') mount.noteLink(block.uri);
    return result;
  }

  async prompts() {
    await this.mounts.ready();
    return promptsOf(this.mounts.all, promptNames).map(({ name, item }) => ({ ...item, name }));
  }

  /** @throws {ProtocolError} also for a prompt that there is not. */
  async prompt(name: string, args: Record<string, unknown>, signal: AbortSignal) {
    const { mount, item } = await this.promptNamed(name);
    const params = { name: item.name, arguments: args };
    return promptOf(
      await protocol(mount.request('prompts/get', params, { signal }, { kind: 'prompt', name: item.name })),
    );
  }

  async resources(resources: Resources) {
    await this.mounts.ready();
    return resourcesOf(this.mounts.all, isOurs(resources)).map(({ name, item }) => ({ ...item, uri: name }));
  }

  async templates(resources: Resources) {
    await this.mounts.ready();
    return templatesOf(this.mounts.all, isOurs(resources)).map(({ name, item }) => ({ ...item, uriTemplate: name }));
  }

  /** @throws {ProtocolError} also for a resource that there is not. */
  async read(uri: string, resources: Resources, signal: AbortSignal) {
    await this.mounts.ready();
    const owner = ownerOf(this.mounts.all, uri, isOurs(resources));
    if (!owner) throw new ResourceNotFoundError(uri, 'There is no such resource. List the resources and templates.');
    const { contents } = contentsOf(
      await protocol(owner.mount.request('resources/read', { uri: owner.uri }, { signal })),
    );
    // The host asked for it under the name that it knows.
    return { contents: contents.map((item) => (item.uri === owner.uri ? { ...item, uri } : item)) };
  }

  /** undefined when the prompt or template is no mounted server's. */
  async complete({ ref, argument }: CompletionRequest, resources: Resources, signal: AbortSignal) {
    await this.mounts.ready();
    const isPrompt = ref.type === 'ref/prompt';
    const found = isPrompt
      ? promptsOf(this.mounts.all, promptNames).find(({ name }) => name === ref.name)
      : templatesOf(this.mounts.all, isOurs(resources)).find(({ name }) => name === ref.uri);
    if (!found) return undefined;
    if (found.mount.remembered?.completions !== true) return { completion: { values: [] } };
    const own = 'uriTemplate' in found.item ? found.item.uriTemplate : found.item.name;
    const params = { ref: isPrompt ? { type: ref.type, name: own } : { type: ref.type, uri: own }, argument };
    return completionOf(await protocol(found.mount.request('completion/complete', params, { signal })));
  }

  private async toolNamed(name: string) {
    return (await this.offeredTools()).find((offer) => offer.name === name);
  }

  private async offeredTools() {
    await this.mounts.ready();
    return toolsOf(this.mounts.all, RESERVED, this.settings.readOnly);
  }

  private async promptNamed(name: string) {
    await this.mounts.ready();
    const offered = promptsOf(this.mounts.all, promptNames);
    const found = offered.find((offer) => offer.name === name);
    if (found) return found;
    const names = [...promptNames, ...offered.map((offer) => offer.name)];
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `There is no such prompt. The prompts are: ${names.join(', ')}.`,
    );
  }
}

const isOurs = (resources: Resources) => (uri: string) => uri === RECENT.uri || resources.isOurs(uri);

/** The server's own error as the protocol has it. */
async function carried<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    if (!(error instanceof RemoteError)) throw error;
    throw new ProtocolError(error.code, redact(error.message), cleanJson(error.data));
  });
}

/** Where there are no results with isError, errors of ours are errors of the protocol, too. */
async function protocol<T>(answer: Promise<T>): Promise<T> {
  return await carried(answer).catch((error: unknown) => {
    if (error instanceof ProtocolError) throw error;
    const facts = toFacts(error);
    if (facts.code === 'INTERNAL') log('error', 'a mounted server failed in a way that was not foreseen', error);
    throw new ProtocolError(ProtocolErrorCode.InternalError, redact(describeError(facts)));
  });
}

function unknownTool(name: string, names: readonly string[]): HirewireError {
  const near = closest(name, names);
  return new HirewireError({
    code: 'UNKNOWN_TOOL',
    message: 'There is no tool of this name.',
    changed: 'no',
    next: `List the tools.${near ? ` Did you mean ${near}?` : ''}`,
    retrySafe: false,
  });
}
