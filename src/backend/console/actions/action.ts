import type { FinancialTool } from '../../../marketplaces/humans2ai/api.js';
import type { Route } from '../../../marketplaces/route.js';
import type { MarketplaceName, RoleName } from '../roles.js';

/** The fields of a form; those that were left empty are missing. */
export type Fields = Readonly<Record<string, string>>;

/**
 * What a button of the console does: a call of a route of the marketplace, with a login of the role. Every rule
 * is the route's; the console has none.
 */
export interface Action {
  readonly roles: readonly RoleName[];
  readonly marketplace: MarketplaceName;
  readonly route: Pick<Route, 'method' | 'path'>;
  /** The body of the call; parameters of the path are fields of the same name. */
  readonly body: (fields: Fields) => Readonly<Record<string, unknown>>;
  /** The tool whose confirmation token the call needs where the marketplace demands one. */
  readonly confirms?: FinancialTool;
  /** Said when it is done; @param data the answer, for what is shown once. */
  readonly done: string | ((data: unknown) => string);
  /** Where to go then, instead of back. @param data the answer, out of its envelope. */
  readonly next?: (data: unknown) => string | undefined;
}

export type Actions = Readonly<Record<string, Action>>;

export const nothing = () => ({});

/** Lines of a text field as a list. */
export const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** A browser's local date and time; the sandbox reads it as UTC. */
export const utc = (text: string | undefined) =>
  text === undefined ? text : /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00Z` : text;
