import type { Document, Operation, Parameter } from '../types.js';

/** One way to call an operation, as a command for a POSIX shell. The credential is taken from $KEY. */
export function curlOf(
  document: Document,
  call: { origin: string; method: string; path: string; operation: Operation; body: unknown; keyed: boolean },
): string {
  const { origin, method, path, operation, body, keyed } = call;
  const parameters = parametersOf(document, operation);
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, { name, example }) => text.replace(`{${name}}`, encodeURIComponent(String(example))), path);
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const search = query.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`).join('&');
  const key = keyed ? parameters.find((parameter) => parameter.in === 'header') : undefined;
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quote(`${origin}${filled}${search === '' ? '' : `?${search}`}`)}`,
    ...(operation['x-callers'].length > 0 || keyed ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(key ? [`-H ${quote(`${key.name}: example-${operation.operationId}`)}`] : []),
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
