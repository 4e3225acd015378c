import { nothing, type Route } from '../../marketplaces/route.js';
import type { Contract } from './contracts.js';
import { responsesOf } from './responses.js';
import type { Setting } from './setting.js';
import { toolCallExamples, toolCalls } from './tool-calls.js';
import type { Operation, Parameter, Reference, Schema } from './types.js';

/** One route as an OpenAPI operation. */
export function operationOf(route: Route, setting: Setting): Operation {
  const { contract, prefix } = setting;
  const parameters = parametersOf(route, setting);
  const requestBody = bodyOf(route, setting);
  return {
    operationId: prefix === '' ? route.id : `${contract.service.marketplace}_${route.id}`,
    tags: [tagOf(route, contract)],
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: responsesOf(route, setting),
    security: securityOf(route, contract),
    'x-evidence': route.evidence,
    'x-callers': route.callers,
    ...(route.scope ? { 'x-scope': route.scope } : {}),
    ...(route.via ? { 'x-session': route.via } : {}),
    'x-rate-limit-bucket': route.bucket,
    'x-idempotency': route.key,
  };
}

/** The file of the contract that states the route, as "Agrenting: hirings". */
export function tagOf(route: Route, { title, files }: Contract): string {
  const holds = (value: unknown) => typeof value === 'object' && value !== null && Object.values(value).includes(route);
  const file = files.find(({ module }) => Object.values(module).some(holds));
  return `${title}: ${file?.tag ?? 'other'}`;
}

function parametersOf(route: Route, { schemas, examples, prefix }: Setting): (Parameter | Reference)[] {
  const read = (place: 'path' | 'query', schema: Schema): Parameter[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      if (typeof property !== 'object') return [];
      const required = schema.required?.includes(name) ?? false;
      const example = required ? { example: examples.of(property, name) } : {};
      return [{ name, in: place, required, schema: property, ...example }];
    });
  const key = `${prefix}IdempotencyKey${route.key === 'required' ? 'Required' : ''}`;
  return [
    ...read('path', schemas.read(route.params)),
    ...read('query', schemas.read(route.query)),
    ...(route.key === 'none' ? [] : [{ $ref: `#/components/parameters/${key}` }]),
  ];
}

function bodyOf(route: Route, { contract, schemas, examples, prefix }: Setting): Operation['requestBody'] {
  if (route.body === nothing || route.method === 'GET') return undefined;
  const { tools } = contract;
  if (tools?.route === route) {
    const schema = toolCalls(tools.all, schemas, prefix).request;
    const content = { 'application/json': { schema, examples: toolCallExamples(tools.all, schemas, examples) } };
    return { required: true, content };
  }
  const schema = schemas.refer(route.body);
  const required = (schemas.read(route.body).required ?? []).length > 0;
  return { required, content: { 'application/json': { schema, example: examples.accepted(schema, route.body) } } };
}

function securityOf(route: Route, { credentials }: Contract): Operation['security'] {
  const needed = credentials.map((scheme) => ({ [scheme]: route.scope ? [route.scope] : [] }));
  // Without callers no credential is needed, but one may be sent.
  return route.callers.length === 0 ? [{}, ...needed] : needed;
}
