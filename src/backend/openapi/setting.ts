import type { Contract } from './contracts.js';
import type { Examples } from './examples.js';
import type { Schemas } from './schemas.js';

/** What an operation needs to know of the document that it stands in. */
export interface Setting {
  readonly contract: Contract;
  readonly schemas: Schemas;
  readonly examples: Examples;
  /** In front of every name of this marketplace; empty in a document of its own. */
  readonly prefix: string;
}
