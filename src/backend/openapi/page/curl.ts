import type { Document, Operation, Parameter } from '../types.js';

export interface Call {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly body: unknown;
  /** Whether a credential goes with it. */
  readonly credential: boolean;
  /** The idempotency key, if one goes with it. */
  readonly key: string | undefined;
}

/** One way to call an operation, as a command for a POSIX shell. The credential is taken from $KEY. */
export function curlOf(document: Document, call: Call): string {
  const { origin, method, path, body } = call;
  const parameters = parametersOf(document, call.operation);
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, { name, example }) => text.replace(`{${name}}`, encodeURIComponent(String(example))), path);
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const search = query.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`).join('&');
  const keyHeader = parameters.find((parameter) => parameter.in === 'header')?.name;
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quote(`${origin}${filled}${search === '' ? '' : `?${search}`}`)}`,
    ...(call.credential ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(keyHeader && call.key ? [`-H ${quote(`${keyHeader}: ${call.key}`)}`] : []),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`]),
  ];
  return lines.join(' \\\n  ');
}

/** The parameters of an operation, the shared ones looked up. */
export function parametersOf(document: Document, operation: Operation): Parameter[] {
  return (operation.parameters ?? []).flatMap((one) => {
    if ('name' in one) return [one];
    const shared = document.components.parameters[one.$ref.split('/').at(-1) ?? ''];
    return shared ? [shared] : [];
  });
}

/** A word that a shell takes as it is. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
