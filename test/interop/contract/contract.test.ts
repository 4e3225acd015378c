import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentdojo, agrenting, type Contract, humans2ai } from '../../../src/backend/openapi/contracts.js';
import { openApiDocuments } from '../../../src/backend/openapi/index.js';
import { envelopeOf, limitHeaders } from '../../../src/backend/openapi/responses.js';
import { tools } from '../../../src/marketplaces/humans2ai/api.js';
import type { Case } from './case.js';
import { cases } from './cases.js';
import { type Answer, Run } from './run.js';
import { START, TRANSPORTS, type World } from './transports.js';

const contracts: Readonly<Record<Case['marketplace'], Contract>> = { agrenting, humans2ai, agentdojo };
const document = openApiDocuments(() => START)['/openapi.json']();
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: 'openapi' });

/** What the OpenAPI document says about a case's answer: the problems of the body, and the error codes it may carry. */
function documented({ route, marketplace }: Case, answer: Answer) {
  const path = `/${marketplace}${route.path.replace(/:(\w+)/g, '{$1}')}`;
  const methods = Object.entries(document.paths[path] ?? {});
  const operation = methods.find(([method]) => method === route.method.toLowerCase())?.[1];
  const response = operation?.responses[String(answer.status)];
  const schema = response?.content?.['application/json']?.schema;
  if (!schema) return { problems: response?.content ? [] : ['no such answer is documented'], codes: [] };
  const steps = ['paths', path, route.method.toLowerCase(), 'responses', String(answer.status)];
  const pointer = [...steps, 'content', 'application/json', 'schema'].map(escaped).join('/');
  const validate = ajv.getSchema(`openapi#/${pointer}`);
  validate?.(JSON.parse(answer.text));
  return { problems: validate ? (validate.errors ?? []) : ['no schema'], codes: response?.['x-error-codes'] ?? [] };
}

const escaped = (step: string) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

function expectRefusal(one: Case, answer: Answer, code: string): void {
  const envelope = envelopeOf(one.route, contracts[one.marketplace]);
  expect(envelope.unwrapError(JSON.parse(answer.text))?.code, answer.text).toBe(code);
  expect(answer.status).toBe(envelope.codes[code]?.status);
  const { problems, codes } = documented(one, answer);
  expect(problems).toEqual([]);
  expect(codes).toContain(code);
}

function expectSuccess(one: Case, answer: Answer): void {
  const { route } = one;
  const contract = contracts[one.marketplace];
  expect(answer.status, answer.text).toBe(route.status);
  for (const header of Object.keys(limitHeaders(contract))) expect(answer.headers).toHaveProperty([header]);
  if (route.reply === 'bytes') return;
  const body: unknown = JSON.parse(answer.text);
  const parsed = (one.data ?? route.data).safeParse(envelopeOf(route, contract).unwrap(body));
  expect(parsed.error?.issues ?? []).toEqual([]);
  expect(documented(one, answer).problems).toEqual([]);
}

const answers = new Map<string, readonly Answer[]>();

describe.each(Object.entries(TRANSPORTS))('the contracts, %s', (name, open) => {
  let world: World;
  let run: Run;
  beforeAll(async () => {
    world = await open();
    run = new Run(world);
    answers.set(name, run.answers);
  });
  afterAll(() => world.close());

  it.each(cases.map((one, index) => [`${one.marketplace} ${one.route.id}: ${one.title}`, one, index] as const))(
    '%s',
    async (_, one, index) => {
      const { answer, again } = await run.call(one, index);
      if (one.fails === undefined) expectSuccess(one, answer);
      else expectRefusal(one, answer, one.fails);
      if (one.text) expect(answer.text).toMatch(one.text);
      expect(answer.headers).not.toHaveProperty('idempotent-replayed');
      if (!again) return;
      expect(again.text).toBe(answer.text);
      expect(again.status).toBe(answer.status);
      expect(again.headers['idempotent-replayed']).toBe('true');
    },
  );

  it.each(['agrenting', 'humans2ai', 'agentdojo'] as const)(
    '%s refuses a path that it does not have',
    async (marketplace) => {
      const response = await world.send(marketplace, '/api/v1/nowhere', { method: 'GET' });
      const { codes, standard, unwrapError } = contracts[marketplace].service.envelope;
      expect(response.status).toBe(codes[standard.noRoute]?.status);
      expect(unwrapError(await response.json())?.code).toBe(standard.noRoute);
    },
  );
});

describe('the table of cases', () => {
  it('makes every route succeed at least once, and fail at least once where it can', () => {
    const named = (wanted: (one: Case) => boolean) =>
      new Set(cases.filter(wanted).map((one) => `${one.marketplace} ${one.route.id}`));
    const good = named((one) => one.fails === undefined);
    const bad = named((one) => one.fails !== undefined);
    const all = [agrenting, humans2ai, agentdojo].flatMap(({ service, routes }) =>
      routes.map((route) => ({ route, name: `${service.marketplace} ${route.id}` })),
    );
    expect(all.filter(({ name }) => !good.has(name)).map(({ name }) => name)).toEqual([]);
    const canFail = all.filter(({ route }) => route.callers.length > 0 || route.method !== 'GET');
    expect(canFail.filter(({ name }) => !bad.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('calls every tool of the envelope in its good case', () => {
    const called = new Set(cases.filter((one) => one.data).map((one) => one.title));
    expect(Object.keys(tools).filter((tool) => !called.has(tool))).toEqual([]);
  });

  it('is answered byte for byte the same by every transport', () => {
    const [first = [], ...others] = answers.values();
    expect(others).toHaveLength(2);
    expect(first.length).toBeGreaterThan(cases.length);
    for (const other of others) expect(other).toEqual(first);
  });
});
