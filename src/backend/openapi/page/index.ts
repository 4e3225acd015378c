import { html, raw } from 'hono/html';
import type { Document } from '../types.js';
import { operationSection } from './operation.js';
import { STYLE } from './style.js';
import { type Html, membersOf, memberTable, notesOf, schemaAnchor, typeOf } from './types.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * An OpenAPI document as one page that needs nothing from elsewhere and no script. Everything in it is escaped.
 * @param origin where the examples send their requests.
 */
export async function referencePage(document: Document, origin: string): Promise<string> {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method: method.toUpperCase(), operation }] : [];
    }),
  );
  const tagged = document.tags.map(({ name }) => ({
    name,
    anchor: `tag-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}: reference</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<div class="layout">
<nav aria-label="Groups of operations">
<ul>${tagged.map(
    ({ name, anchor, operations: { length } }) =>
      html`<li><a href="#${anchor}">${name} <span class="count">${length}</span></a></li>
`,
  )}<li><a href="#schemas">Schemas</a></li></ul>
</nav>
<main id="content" tabindex="-1">
${introduction(document, operations.length)}
${tagged.map(
  (tag) => html`<section aria-labelledby="${tag.anchor}">
<h2 id="${tag.anchor}">${tag.name}</h2>
${tag.operations.map(({ operation, method, path }) => operationSection(operation, { document, origin, method, path }))}
</section>
`,
)}
${schemaSection(document)}
</main>
</div>
</body>
</html>
`;
  return String(await page);
}

const EVIDENCE = [
  ['documented', "stated in the marketplace's own documents"],
  ['observed', 'read from a public client of the marketplace'],
  ['inferred', 'concluded from either, not stated'],
  ['ours', 'exists in this reference backend only'],
] as const;

function introduction({ info }: Document, count: number): Html {
  return html`<header>
<h1>${info.title}</h1>
<p>${count} operations, made from the contracts that the backend itself is built from. The same as
<a href="openapi.json">OpenAPI 3.1</a>; for one marketplace alone:
<a href="agrenting/openapi.json">Agrenting</a>, <a href="humans2ai/openapi.json">Humans2AI</a>,
<a href="agentdojo/openapi.json">AgentDojo</a>.</p>
<p>Each line says how sure we are of it:</p>
<dl>${EVIDENCE.map(
    ([name, meaning]) => html`<dt><span class="tag ${name}">${name}</span></dt><dd>${meaning}</dd>
`,
  )}</dl>
<p>The examples read a credential from the shell: <code>export KEY=…</code>, one of those that the backend prints when it starts.
Repeat an example with the same idempotency key and nothing is done twice.</p>
</header>`;
}

function schemaSection({ components }: Document): Html {
  return html`<section aria-labelledby="schemas">
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => {
  const members = membersOf(schema);
  return html`<details id="${schemaAnchor(name)}">
<summary><span class="method">schema</span> <code class="path">${name}</code> <span></span> <span class="quiet">${notesOf(schema)}</span></summary>
<div class="body">${members.length > 0 ? memberTable(name, members) : html`<p><code>${typeOf(schema)}</code></p>`}</div>
</details>
`;
})}
</section>`;
}
