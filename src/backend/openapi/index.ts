import { agentdojo, agrenting, humans2ai } from './contracts.js';
import { createDocument, type DocumentFacts } from './document.js';
import type { Document } from './types.js';

const version = process.env.HIREWIRE_VERSION ?? '0.0.0';

/** The documents by the path that they are served at. Each is made when it is first asked for. */
export interface Documents {
  /** All of them, each under the prefix that the backend serves it at: every route once, callable as printed. */
  readonly '/openapi.json': () => Document;
  readonly '/agrenting/openapi.json': () => Document;
  readonly '/humans2ai/openapi.json': () => Document;
  readonly '/agentdojo/openapi.json': () => Document;
}

/** @param now the time by which examples of deadlines are chosen; milliseconds. */
export function openApiDocuments(now: () => number): Documents {
  const facts = (rest: Omit<DocumentFacts, 'version' | 'now'>) => ({ ...rest, version, now: now() });
  return {
    '/openapi.json': once(() =>
      createDocument(
        [agrenting, humans2ai, agentdojo],
        facts({
          title: 'Hirewire reference marketplaces',
          server: { url: '/', description: 'This backend; the first part of a path names the marketplace.' },
          prefixed: true,
        }),
      ),
    ),
    '/agrenting/openapi.json': once(() =>
      createDocument(
        [agrenting],
        facts({
          title: 'Agrenting, as Hirewire serves it',
          server: { url: '/agrenting', description: 'Agrenting in this backend.' },
          prefixed: false,
        }),
      ),
    ),
    '/humans2ai/openapi.json': once(() =>
      createDocument(
        [humans2ai],
        facts({
          title: 'Humans2AI, as Hirewire serves it',
          server: { url: '/humans2ai', description: 'Humans2AI in this backend.' },
          prefixed: false,
        }),
      ),
    ),
    '/agentdojo/openapi.json': once(() =>
      createDocument(
        [agentdojo],
        facts({
          title: 'AgentDojo, as Hirewire serves it',
          server: { url: '/agentdojo', description: 'AgentDojo in this backend.' },
          prefixed: false,
        }),
      ),
    ),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
