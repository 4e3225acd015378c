import type { Contract } from '../../../src/backend/openapi/contracts.js';
import { envelopeOf } from '../../../src/backend/openapi/responses.js';
import type { CallerKind, Route } from '../../../src/marketplaces/route.js';
import type { Case, Sent } from './case.js';

/** What every route refuses, read off its contract: a new route is covered as soon as it is stated. */
export function derivedCases(contract: Contract): Case[] {
  return contract.routes.flatMap((route) => [...forCallers(route, contract), ...forArguments(route, contract)]);
}

const KINDS: readonly CallerKind[] = ['user', 'agent', 'human', 'admin'];

/** Credentials that may do all that their kind may do. */
const FULL: Readonly<Record<Case['marketplace'], Partial<Record<CallerKind, string>>>> = {
  agrenting: { user: 'hirer', agent: 'agent', admin: 'agrenting admin' },
  humans2ai: { agent: 'assistant', human: 'human', admin: 'admin' },
  agentdojo: { user: 'dojo', agent: 'dojoServer' },
};

function forCallers(route: Route, contract: Contract): Case[] {
  if (route.callers.length === 0) return [];
  const { marketplace } = contract.service;
  const { unauthorized, forbidden } = envelopeOf(route, contract).standard;
  const refused = (title: string, as: string | undefined, fails: string) =>
    refusal(route, contract, title, as, {}, fails);
  const outsider = KINDS.find((kind) => !route.callers.includes(kind) && FULL[marketplace][kind] !== undefined);
  const cases = [refused('without a credential', undefined, unauthorized)];
  if (outsider) cases.push(refused(`with the key of the wrong kind of caller`, FULL[marketplace][outsider], forbidden));
  const narrow =
    route.scope === undefined ? undefined : `${marketplace} ${route.callers.find((kind) => kind !== 'admin')}`;
  if (narrow) cases.push(refused(`without the scope ${route.scope}`, narrow, forbidden));
  if (route.via)
    cases.push(refused('with a key where a login is asked for', allowed(route, contract, 'key'), forbidden));
  return cases;
}

function forArguments(route: Route, contract: Contract): Case[] {
  const { invalid } = envelopeOf(route, contract).standard;
  const refused = (title: string, sent: Sent) =>
    refusal(route, contract, title, allowed(route, contract, 'login'), sent, invalid);
  const cases: Case[] = [];
  if (route.method !== 'GET') cases.push(refused('with a body that is no JSON', { body: '{"half":' }));
  if (!route.body.safeParse({}).success) cases.push(refused('with a body that lacks what is required', { body: {} }));
  if ('limit' in route.query.shape) cases.push(refused('with a limit out of range', { query: { limit: 0 } }));
  const [param] = Object.keys(route.params.shape);
  if (param) cases.push(refused('with a path that names nothing', { params: { [param]: '!' } }));
  return cases;
}

function refusal(
  route: Route,
  { service }: Contract,
  title: string,
  as: string | undefined,
  sent: Sent,
  fails: string,
): Case {
  const params = { ...placeholders(route), ...sent.params };
  const send = () => ({ ...sent, params });
  return { marketplace: service.marketplace, route, title, as, send, fails, replays: false };
}

/** A credential that the route takes. */
function allowed(route: Route, { service }: Contract, by: 'key' | 'login'): string | undefined {
  if (route.via && by === 'login') return 'ada';
  return route.callers.map((kind) => FULL[service.marketplace][kind]).find((name) => name !== undefined);
}

const PLACEHOLDERS = [
  '00000000-0000-4000-8000-000000000000',
  'did:agrenting:nobody',
  '999999',
  `dlv_${'0'.repeat(20)}`,
];

function placeholders(route: Route): Record<string, string> {
  const fitting = (name: string) =>
    PLACEHOLDERS.find((text) => route.params.safeParse({ ...allOf(route, text), [name]: text }).success);
  return Object.fromEntries(Object.keys(route.params.shape).map((name) => [name, fitting(name) ?? name]));
}

const allOf = (route: Route, text: string) =>
  Object.fromEntries(Object.keys(route.params.shape).map((key) => [key, text]));
