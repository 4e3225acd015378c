import { createHash } from 'node:crypto';
import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { Settings } from '../config/settings.js';
import { describeError, HirewireError, toFacts } from '../errors.js';
import { untilAborted } from '../http/body.js';
import { log, redact } from '../log.js';
import type { AccountRole } from '../marketplaces/define.js';
import { LISTED_INSTANCES, type LiveInstance, type ResourceListing } from '../marketplaces/resource.js';
import { marketplaceResources } from '../marketplaces/resources.js';
import type { Reading } from '../marketplaces/watch.js';
import { systemTimers, type Timers } from '../timers.js';
import { type CallDeps, contextFor } from './call-tool.js';
import { successResult } from './result.js';

/** Resources over MCP: which there are, what is in them, and which are under way. */

export interface ResourceDeps extends CallDeps {
  readonly settings: Pick<Settings, 'toolsets' | 'sandbox' | 'dataFolder'>;
  /** For what goes on in the background; the real ones by default. */
  readonly timers?: Timers;
}

const JSON_TYPE = 'application/json';
const RECENT_COUNT = 50;
/** A slow marketplace must not hold a list up. */
const LIST_MS = 3_000;
/** Whoever completes an argument asks with every key stroke. */
const LIVE_MS = 10_000;

/** What this computer's journal knows: of no marketplace, and always there. */
export const RECENT = {
  uri: 'operations://recent',
  name: 'recent-operations',
  title: 'Recent operations',
  description: 'What was spent, cancelled or approved through this computer, newest first, and how it ended.',
  mimeType: JSON_TYPE,
};

/** A URI as one of ours: which resource, and which instance of it. */
export interface Found {
  readonly listing: ResourceListing;
  /** Empty for a resource without instances. */
  readonly id: string;
}

export interface ReadText extends Reading {
  readonly text: string;
}

export class Resources {
  private readonly live = new Map<
    string,
    { readonly at: number; readonly instances: Promise<readonly LiveInstance[]> }
  >();

  private readonly timers: Timers;

  constructor(
    private readonly deps: ResourceDeps,
    private readonly isAgentUsed: () => boolean,
  ) {
    this.timers = deps.timers ?? systemTimers;
  }

  /** Resources of accounts that are configured, in the order of the table of contents. */
  private get listings(): readonly ResourceListing[] {
    const { connections, settings } = this.deps;
    return marketplaceResources.filter(
      ({ role, toolset }) => connections.has(role) && settings.toolsets.includes(toolset),
    );
  }

  templates() {
    return this.listings.filter(isTemplate).map(({ uri, name, title, description }) => {
      return { uriTemplate: uri, name, title, description, mimeType: JSON_TYPE };
    });
  }

  /** The fixed ones, then what is under way: its newest instances, as far as the marketplace tells in time. */
  async list() {
    const fixed = this.listings
      .filter((listing) => !isTemplate(listing))
      .map(({ uri, name, title, description }) => ({ uri, name, title, description, mimeType: JSON_TYPE }));
    const instances = await Promise.all(this.listings.filter(isTemplate).map((listing) => this.listed(listing)));
    return [...fixed, RECENT, ...instances.flat()].map((resource) => ({ ...resource }));
  }

  private async listed(listing: ResourceListing) {
    // Asking makes an agent seen; the sandbox's is nobody's, until it is used.
    if (listing.role === 'agrenting.agent' && this.deps.settings.sandbox && !this.isAgentUsed()) return [];
    const late = new AbortController();
    const callOff = this.timers.after(LIST_MS, () => late.abort(new Error('it took too long')));
    const instances = await untilAborted(this.instances(listing, late.signal), late.signal)
      .catch((error: unknown) => {
        log('debug', `what is under way could not be listed for ${listing.uri}`, error);
        return [];
      })
      .finally(callOff);
    return instances.slice(0, LISTED_INSTANCES).map(({ id, title }) => ({
      uri: listing.uri.replace('{id}', id),
      name: `${listing.name}-${id}`,
      title: `${listing.title} (${title})`,
      mimeType: JSON_TYPE,
    }));
  }

  /** What is under way of a family, newest first. Remembered for some seconds. */
  async instances(listing: ResourceListing, signal: AbortSignal): Promise<readonly LiveInstance[]> {
    const { loadLive, role, toolset } = listing;
    if (!loadLive) return [];
    // Families of one account list the same instances.
    const key = `${role} ${toolset}`;
    const known = this.live.get(key);
    if (known && this.deps.now() - known.at < LIVE_MS) return await known.instances;
    const instances = loadLive().then(async (reader) => {
      const context = await contextFor(reader.tool, { signal, progress: async () => undefined }, this.deps);
      return await reader.read(context);
    });
    this.live.set(key, { at: this.deps.now(), instances });
    instances.catch(() => this.live.delete(key));
    return await instances;
  }

  /** What is under way may be other things now. */
  forget(): void {
    this.live.clear();
  }

  private lookUp(uri: string): Found | undefined {
    for (const listing of marketplaceResources) {
      const id = idIn(uri, listing);
      if (id !== undefined) return { listing, id };
    }
    return undefined;
  }

  /** Whether a URI, or a template, is one of our marketplaces', whether or not it is switched on. */
  isOurs(uri: string): boolean {
    return this.lookUp(uri) !== undefined || marketplaceResources.some((listing) => listing.uri === uri);
  }

  /** Whose account a URI is read with; undefined for what is of no marketplace, or does not exist. */
  roleOf(uri: string): AccountRole | undefined {
    return this.lookUp(uri)?.listing.role;
  }

  /** The families with a template of this spelling. */
  family(template: string): ResourceListing | undefined {
    return this.listings.find(({ uri }) => uri === template);
  }

  /** What resources/read answers, and which version it is. @throws {ProtocolError} that says what happened and what to do. */
  async contents(uri: string, signal: AbortSignal) {
    const { text, version } = await this.read(uri, signal).catch((error: unknown) => {
      throw this.protocolError(uri, error);
    });
    return { version, answer: { contents: [{ uri, mimeType: JSON_TYPE, text }] } };
  }

  /** An error of ours as one of the protocol: resources have no results with isError. */
  protocolError(uri: string, error: unknown): ProtocolError {
    if (error instanceof ProtocolError) return error;
    const facts = toFacts(error);
    if (facts.code === 'INTERNAL') log('error', 'a resource could not be read in a way that was not foreseen', error);
    const message = redact(describeError(facts));
    if (facts.code === 'NOT_FOUND') return new ResourceNotFoundError(uri, message);
    const { code, retrySafe, retryAfter } = facts;
    const data = { code, retry_safe: retrySafe, ...(retryAfter === undefined ? {} : { retry_after: retryAfter }) };
    return new ProtocolError(ProtocolErrorCode.InternalError, message, data);
  }

  /** @throws {HirewireError | ResourceNotFoundError} */
  async read(uri: string, signal: AbortSignal): Promise<ReadText> {
    if (uri === RECENT.uri) {
      const operations = await this.deps.spending.recent(RECENT_COUNT);
      return reading(JSON.stringify({ operations }), false);
    }
    const found = this.lookUp(uri);
    if (!found) throw new ResourceNotFoundError(uri, 'There is no such resource. List the resources and templates.');
    if (!this.deps.settings.toolsets.includes(found.listing.toolset)) throw switchedOff();
    const { tool, args, settled, news } = await found.listing.load();
    const context = await contextFor(tool, { signal, progress: async () => undefined }, this.deps);
    const value = (await tool.run?.(args(found.id), context)) ?? {};
    const [content] = successResult(tool, value).content;
    return reading(content?.text ?? '{}', settled?.(value) ?? false, news?.(value));
  }
}

const reading = (text: string, settled: boolean, news?: unknown): ReadText => ({
  text,
  settled,
  version: createHash('sha256')
    .update(news === undefined ? text : JSON.stringify(news))
    .digest('base64url'),
});

function switchedOff(): HirewireError {
  return new HirewireError({
    code: 'TOOL_NOT_ENABLED',
    message: 'This resource is switched off by --toolsets.',
    changed: 'no',
    next: 'Ask the person to change this setting if it is needed.',
    retrySafe: false,
  });
}

const isTemplate = ({ uri }: ResourceListing): boolean => uri.includes('{id}');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WORD = /^[A-Za-z0-9_-]{1,100}$/;

/** The id inside a URI of this family; empty for a fixed resource; undefined when it is another one. */
function idIn(uri: string, listing: ResourceListing): string | undefined {
  if (!isTemplate(listing)) return uri === listing.uri ? '' : undefined;
  const [before = '', after = ''] = listing.uri.split('{id}');
  if (!uri.startsWith(before) || !uri.endsWith(after)) return undefined;
  const id = uri.slice(before.length, uri.length - after.length);
  return (before === 'task://' ? WORD : UUID).test(id) ? id : undefined;
}
