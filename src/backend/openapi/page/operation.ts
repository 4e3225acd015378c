import { html } from 'hono/html';
import type { Document, Operation, Schema } from '../types.js';
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
<dt>Callers</dt><dd>${operation['x-callers'].join(', ') || 'anybody; no credential is needed'}</dd>
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

const SESSIONS: Readonly<Record<string, string>> = {
  session: 'a key is not enough: the caller must have logged in',
  fresh: 'a key is not enough: the caller must have logged in within the last five minutes',
};

const fact = (name: string, value: string | undefined): Html | string =>
  value === undefined ? '' : html`<dt>${name}</dt><dd>${value}</dd>`;

function requestSection(operation: Operation, place: Place): Html {
  const media = operation.requestBody?.content['application/json'];
  const keyed = operation['x-idempotency'] !== 'none';
  const curl = (body: unknown, withKey = keyed) =>
    curlOf(place.document, { ...place, operation, body, keyed: withKey });
  if (!media) return html`${command('Example', curl(undefined))}`;
  if (media.examples) {
    const forms = (media.schema.oneOf ?? []).map((form) => resolve(form, place.document));
    return html`${Object.entries(media.examples).map(([name, { summary, value }]) => {
      const form = forms.find((one) => membersOf(one).some((member) => member.schema.const === name));
      const scope = form?.['x-scope'] === undefined ? '' : ` Scope ${form['x-scope']}.`;
      const needsKey = form?.['x-idempotency'] === 'required';
      const input = membersOf(form ?? {}).find((member) => member.name === 'input')?.schema ?? {};
      const text = `${summary}${scope}${needsKey ? ' Needs an idempotency key.' : ''}`;
      return html`<h3><code>${name}</code></h3>
<p>${text} Input: <code>${typeOf(input)}</code></p>
<pre tabindex="0"><code>${curl(value, needsKey)}</code></pre>
`;
    })}`;
  }
  const members = membersOf(resolve(media.schema, place.document));
  return html`${members.length > 0 ? memberTable('Body', members) : ''}
${command('Example', curl(media.example))}`;
}

const command = (caption: string, text: string): Html =>
  html`<h3>${caption}</h3><pre tabindex="0"><code>${text}</code></pre>`;

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
