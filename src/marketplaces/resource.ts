import type * as z from 'zod';
import type { AccountRole, MarketplaceName, Tool, ToolContext, Toolset } from './define.js';

/**
 * A resource is what a read-only tool answers, under an address: so both are cleaned, redacted and marked in the same
 * way, and neither can say what the other does not.
 */

/** A resource, or a family of them, as lists show it. Light: a start and a list need none of the schemas behind it. */
export interface ResourceListing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A URI, or a template with `{id}` in it. */
  readonly uri: string;
  readonly toolset: Toolset;
  readonly role: AccountRole;
  readonly load: () => Promise<ResourceReader>;
  /** The instances of a template that are worth listing: what is still under way, newest first. */
  readonly loadLive?: () => Promise<LiveReader>;
}

export interface ResourceReader {
  /** The tool whose answer this is. It need not be offered as a tool. */
  readonly tool: Tool;
  /** The tool's arguments. */
  args(id: string): Record<string, unknown>;
  /** The part of it whose change is worth telling; by default all. What the marketplace pushes must cover it. */
  news?(value: Record<string, unknown>): unknown;
  /** Whether nothing more will happen to it by itself. */
  settled?(value: Record<string, unknown>): boolean;
}

export interface LiveInstance {
  readonly id: string;
  /** Typed facts only: what strangers wrote has no place in a title. */
  readonly title: string;
}

export interface LiveReader {
  /** Whose account it reads. */
  readonly tool: Pick<Tool, 'role' | 'marketplace' | 'anonymous'>;
  read(context: ToolContext): Promise<readonly LiveInstance[]>;
}

/** How many instances of a family are listed; completion knows of more. */
export const LISTED_INSTANCES = 20;
export const KNOWN_INSTANCES = 100;

interface Reading<Out extends z.ZodObject> {
  readonly name: string;
  readonly marketplace: MarketplaceName;
  readonly role: AccountRole;
  readonly toolset: Toolset;
  readonly output: Out;
  run(args: { readonly id: string }, context: ToolContext): Promise<z.input<Out>>;
}

/** A reading for which there is no tool. It is run as one, but never offered. */
export function defineReading<Out extends z.ZodObject>(reading: Reading<Out>, input: z.ZodObject): Tool {
  return {
    ...reading,
    title: reading.name,
    description: reading.name,
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
    input,
    run: async (args, context) => await reading.run({ id: idOf(args) }, context),
  };
}

function idOf(args: unknown): string {
  return typeof args === 'object' && args !== null && 'id' in args && typeof args.id === 'string' ? args.id : '';
}
