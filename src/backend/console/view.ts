import type { Child } from 'hono/jsx';
import type { Env } from '../env.js';
import type { Role } from './roles.js';

/** What a page is made from, besides the database. */
export interface View {
  readonly env: Env;
  readonly role: Role;
  readonly csrf: string;
  /** The time of the sandbox, in milliseconds. */
  readonly now: number;
  /** Where this page is, for its forms to come back to. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The action that was just refused; its form shows why, with what was typed. */
  readonly failed: Failure | undefined;
}

export interface Failure {
  /** The id of the form. */
  readonly form: string;
  readonly message: string;
  /** "field: problem" */
  readonly problems: readonly string[];
  readonly typed: Readonly<Record<string, string>>;
}

export interface Content {
  readonly title: string;
  readonly body: Child;
}

/** @param params the parts of the path by name. */
export type Page = (view: View, params: Readonly<Record<string, string>>) => Promise<Content>;

/** What a page throws when the thing it is about does not exist. */
export class NotThere extends Error {
  override name = 'NotThere';
}
