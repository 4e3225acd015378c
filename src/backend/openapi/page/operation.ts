import { html } from 'hono/html';
import type { Document, MediaType, Operation, Schema } from '../types.js';
import { curlOf, parametersOf } from './curl.js';
import { type Html, membersOf, memberTable, typeOf } from './types.js';

export interface Place {
  readonly document: Document;
  readonly origin: string;
  readonly method: string;
  readonly path: string;
}

/** One operation: closed a line, open all that a caller needs. */
export function operationSection(operation: Operation, place: Place): Html {
  const { document, method, path } = place;
  const parameters = parametersOf(document, operation);
  const evidence = operation['x-evidence'];
  return html`<details id="${operation.operationId}">
<summary><span class="method ${method}">${method}</span> <code class="path">${path}</code> <span class="tag ${evidence}">${evidence}</span> <span class="quiet">${operation.summary}</span></summary>
<div class="body">
<dl>
<dt>Callers</dt><dd>${callersOf(operation)}</dd>
${fact('Scope', operation['x-scope'])}
${fact('Login', operation['x-session'] && SESSIONS[operation['x-session']])}
<dt>Idempotency key</dt><dd>${operation['x-idempotency'] === 'none' ? 'not used here' : operation['x-idempotency']}</dd>
<dt>Rate limit</dt><dd>counted as ${operation['x-rate-limit-bucket']}</dd>
<dt>Name</dt><dd><code>${operation.operationId}</code></dd>
</dl>
${parameters.length > 0 ? memberTable('Parameters', parameters) : ''}
${requestSection(operation, place)}
${answers(operation)}
</div>
</details>
`;
}

/** Without callers an operation is open to all, unless it looks at the credential by itself. */
const admitsItself = ({ responses }: Operation): boolean =>
  responses['401']?.['x-error-codes']?.includes('UNAUTHORIZED') ?? false;

function callersOf(operation: Operation): string {
  if (operation['x-callers'].length > 0) return operation['x-callers'].join(', ');
  return admitsItself(operation) ? 'whoever the operation itself admits' : 'anybody; no credential is needed';
}

const SESSIONS: Readonly<Record<string, string>> = {
  session: 'a key is not enough: the caller must have logged in',
  fresh: 'a key is not enough: the caller must have logged in within the last five minutes',
};

const fact = (name: string, value: string | undefined): Html | string =>
  value === undefined ? '' : html`<dt>${name}</dt><dd>${value}</dd>`;

function requestSection(operation: Operation, place: Place): Html {
  const media = operation.requestBody?.content['application/json'];
  if (media?.examples) return toolSection(media.examples, media.schema.oneOf ?? [], operation, place);
  const members = media ? membersOf(resolve(media.schema, place.document)) : [];
  const text = curlOf(place.document, {
    ...place,
    operation,
    body: media?.example,
    credential: operation['x-callers'].length > 0 || admitsItself(operation),
    key: operation['x-idempotency'] === 'none' ? undefined : `example-${operation.operationId}`,
  });
  return html`${members.length > 0 ? memberTable('Body', members) : ''}
<h3>Example</h3>
${command(text)}`;
}

/** The tools that are called by name through one operation, each with what it takes and an example. */
function toolSection(
  examples: NonNullable<MediaType['examples']>,
  schemas: readonly unknown[],
  operation: Operation,
  place: Place,
): Html {
  const forms = schemas.map((schema) => resolve(schema, place.document));
  return html`${Object.entries(examples).map(([tool, { summary, value }]) => {
    const form = forms.find((one) => membersOf(one).some((member) => member.schema.const === tool)) ?? {};
    const callers = Array.isArray(form['x-callers']) ? form['x-callers'].join(', ') : '';
    const keyed = form['x-idempotency'] === 'required';
    const key = keyed ? `example-${tool}` : undefined;
    const text = curlOf(place.document, { ...place, operation, body: value, credential: callers !== '', key });
    const input = membersOf(form).find((member) => member.name === 'input')?.schema ?? {};
    return html`<h3><code>${tool}</code></h3>
<p>${summary} Input: <code>${typeOf(input)}</code>. Callers: ${callers || 'anybody'}.${
      typeof form['x-scope'] === 'string' ? html` Scope: ${form['x-scope']}.` : ''
    }${keyed ? ' Needs an idempotency key.' : ''}</p>
${command(text)}
`;
  })}`;
}

const command = (text: string): Html => html`<pre tabindex="0"><code>${text}</code></pre>`;

function answers({ responses }: Operation): Html {
  const rows = Object.entries(responses).map(([status, { description, content, ...rest }]) => {
    const codes = rest['x-error-codes'];
    const schema = Object.values(content ?? {})[0]?.schema;
    const what = codes
      ? html`${codes.map((code, at) => html`${at > 0 ? ', ' : ''}<code>${code}</code>`)}`
      : html`${description}${schema ? html` <code>${typeOf(schema)}</code>` : ''}`;
    return html`<tr><th scope="row"><code>${status}</code></th><td>${what}</td></tr>
`;
  });
  return html`<h3>Answers</h3>
<table><thead><tr><th scope="col">Status</th><th scope="col">Body or error codes</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function resolve(schema: unknown, document: Document): Schema {
  const whole: Schema = typeof schema === 'object' && schema !== null ? { ...schema } : {};
  const name = whole.$ref?.split('/').at(-1);
  return (name === undefined ? undefined : document.components.schemas[name]) ?? whole;
}
