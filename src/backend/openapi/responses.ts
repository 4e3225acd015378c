import type { Envelope } from '../../marketplaces/envelope.js';
import type { Route } from '../../marketplaces/route.js';
import type { Contract } from './contracts.js';
import { schemaOfSamples } from './samples.js';
import { pascal, schemaPath } from './schemas.js';
import type { Setting } from './setting.js';
import { toolResults } from './tool-calls.js';
import type { Reference, Response, Schema } from './types.js';

/** The answers of a route: its success, and its refusals grouped by status. */
export function responsesOf(route: Route, setting: Setting): Record<string, Response> {
  return { [String(route.status)]: success(route, setting), ...refusals(route, setting) };
}

function success(route: Route, setting: Setting): Response {
  const { contract, schemas } = setting;
  const headers = headerRefs(setting, [
    ...Object.keys(limitHeaders(contract)),
    ...(route.key === 'none' ? [] : ['idempotent-replayed']),
  ]);
  if (route.status === 204) return { description: 'Done; there is nothing to say.', headers };
  if (route.reply === 'bytes') {
    const schema: Schema = { type: 'string', contentMediaType: 'application/octet-stream' };
    return { description: 'The bytes, under their own content type.', headers, content: { '*/*': { schema } } };
  }
  const data = contract.tools?.route === route ? toolResults(contract.tools.all, schemas) : schemas.refer(route.data);
  const schema = wrapped(data, isPaged(route), envelopeOf(route, contract));
  return { description: 'Success.', headers, content: { 'application/json': { schema } } };
}

/** A list says where it continues when the request can say where it goes on. */
const isPaged = (route: Route): boolean => 'cursor' in route.query.shape;

/** The success envelope, read off what `wrap` makes of a piece of data. */
function wrapped(data: Schema, paged: boolean, envelope: Envelope): Schema {
  const slot = Symbol('data');
  const page = { total: 1, cursor: 'next', hasMore: true };
  const samples = paged
    ? [envelope.wrap(slot, page), envelope.wrap(slot, { ...page, cursor: null })]
    : [envelope.wrap(slot)];
  return schemaOfSamples(samples, new Map([[slot, data]]));
}

function refusals(route: Route, setting: Setting): Record<string, Response> {
  const envelope = envelopeOf(route, setting.contract);
  const schema: Schema = { $ref: schemaPath(errorName(route, setting)) };
  const byStatus = new Map<string, string[]>();
  for (const code of errorCodesOf(route, envelope).toSorted()) {
    const status = String(envelope.codes[code]?.status ?? 500);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.join(', '),
      ...(status === '429' ? { headers: headerRefs(setting, ['retry-after']) } : {}),
      content: { 'application/json': { schema } },
      'x-error-codes': codes,
    },
  ]);
  return Object.fromEntries(responses);
}

/** Every code that a route may answer: its own, and those of what is checked before and around every route. */
export function errorCodesOf(route: Route, { standard, codes }: Envelope): string[] {
  const found = new Set<string>([...route.errors, standard.invalid, standard.limited, standard.internal]);
  if (route.callers.length > 0) {
    found.add(standard.unauthorized).add(standard.forbidden).add(standard.suspended);
  }
  if (route.key !== 'none') found.add(standard.keyMismatch).add(standard.keyInFlight).add(standard.keyExpired);
  if (route.key === 'required') found.add(standard.keyMissing);
  const namesMissing = route.errors.some((code) => codes[code]?.status === 404);
  if (Object.keys(route.params.shape).length > 0 && !namesMissing) found.add('NOT_FOUND');
  return [...found];
}

/** The failure envelope, read off what `wrapError` makes. */
export function errorSchema(envelope: Envelope): Schema {
  const details = Symbol('details');
  const error = { code: 'CODE', message: 'What happened.' };
  const samples = [error, { ...error, details }].map((one) => envelope.wrapError(one, new Date(0).toISOString()));
  return schemaOfSamples(samples, new Map([[details, {}]]));
}

/** The envelope of a route: its marketplace's, unless its implementation brings one of its own. */
export function envelopeOf(route: Route, { service }: Contract): Envelope {
  return service.implementations.find((one) => one.route === route)?.envelope ?? service.envelope;
}

/** Under which name the failure body of a route stands among the schemas. */
export function errorName(route: Route, { contract, prefix }: Setting): string {
  const own = envelopeOf(route, contract) !== contract.service.envelope;
  return `${prefix}${own ? pascal(route.id) : ''}Error`;
}

/** The headers in which a marketplace tells its limits, with a sample of each. */
export function limitHeaders({ service }: Contract): Record<string, string> {
  return service.limitHeaders({ limit: 100, remaining: 99, resetAt: 0, allowed: true });
}

/** Under which name a header stands among the shared ones. */
export const headerName = (prefix: string, header: string): string => prefix + pascal(header);

function headerRefs({ prefix }: Setting, headers: readonly string[]): Record<string, Reference> {
  return Object.fromEntries(
    headers.map((header) => [header, { $ref: `#/components/headers/${headerName(prefix, header)}` }]),
  );
}
