import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agentdojo, agrenting, type Contract, humans2ai } from '../../src/backend/openapi/contracts.js';
import { createDocument } from '../../src/backend/openapi/document.js';
import { openApiDocuments } from '../../src/backend/openapi/index.js';
import { envelopeOf, errorCodesOf } from '../../src/backend/openapi/responses.js';
import { schemaOfSamples } from '../../src/backend/openapi/samples.js';
import type { Document, Operation } from '../../src/backend/openapi/types.js';
import { defineRoute, nothing, type Route } from '../../src/marketplaces/route.js';

const now = Date.parse('2026-03-01T10:00:00Z');
const documents = openApiDocuments(() => now);
const combined = documents['/openapi.json']();

function operationsOf(document: Document): { method: string; path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

const addressOf = (route: Route, prefix: string) => `${route.method} ${prefix}${route.path.replace(/:(\w+)/g, '{$1}')}`;

/** A contract of one's own, to see what becomes of a route. */
function contractWith(route: Route): Contract {
  return { ...agrenting, routes: [route], files: [{ tag: 'own', module: { routes: { route } } }] };
}

function documentOf(contract: Contract): Document {
  const server = { url: '/', description: 'here' };
  return createDocument([contract], { title: 'Own', version: '1', server, prefixed: false, now });
}

describe('the OpenAPI documents', () => {
  it.each(Object.entries(documents))('%s is valid OpenAPI 3.1', async (_, document) => {
    const parsed: Record<string, unknown> = JSON.parse(JSON.stringify(document()));
    const { valid, errors } = await new Validator().validate(parsed);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('the combined one has every route of both marketplaces exactly once, under its prefix', () => {
    const stated = [agrenting, humans2ai, agentdojo].flatMap(({ service, routes }) =>
      routes.map((route) => addressOf(route, `/${service.marketplace}`)),
    );
    expect(
      operationsOf(combined)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(stated.toSorted());
    const ids = operationsOf(combined).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['/agrenting/openapi.json' as const, agrenting],
    ['/humans2ai/openapi.json' as const, humans2ai],
    ['/agentdojo/openapi.json' as const, agentdojo],
  ])('%s has the routes of its marketplace exactly once, under their own names', (path, { routes }) => {
    const operations = operationsOf(documents[path]());
    const stated = routes.map((route) => `${route.id} ${addressOf(route, '')}`);
    const found = operations.map(({ method, path: at, operation }) => `${operation.operationId} ${method} ${at}`);
    expect(found.toSorted()).toEqual(stated.toSorted());
  });

  it('every operation stands under the tag of the file that states it', () => {
    const declared = combined.tags.map(({ name }) => name);
    const used = new Set(operationsOf(combined).flatMap(({ operation }) => operation.tags));
    expect([...used].toSorted()).toEqual(declared.toSorted());
    expect(declared.filter((tag) => tag.endsWith(': other'))).toEqual([]);
  });

  it('every reference leads somewhere, and no schema stands there unused', () => {
    const text = JSON.stringify(combined);
    const targets = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)].map((m) => `${m[1]}/${m[2]}`),
    );
    const present = Object.entries(combined.components).flatMap(([kind, members]) =>
      kind === 'securitySchemes' ? [] : Object.keys(members).map((name) => `${kind}/${name}`),
    );
    expect([...targets].toSorted()).toEqual(present.toSorted());
  });

  it('every example of a body is taken by the route it belongs to', () => {
    const refused = [agrenting, humans2ai, agentdojo].flatMap(({ service, routes, tools }) =>
      routes.flatMap((route) => {
        const item = combined.paths[`/${service.marketplace}${route.path.replace(/:(\w+)/g, '{$1}')}`];
        const operation = Object.entries(item ?? {}).find(([method]) => method === route.method.toLowerCase())?.[1];
        const media = operation?.requestBody?.content['application/json'];
        if (!media) return route.body === nothing || route.method === 'GET' ? [] : [`${route.id}: none`];
        const calls = z.array(z.object({ tool: z.string(), input: z.unknown() }));
        const examples = Object.values(media.examples ?? {}).map(({ value }) => value);
        const bad =
          tools?.route === route
            ? calls
                .parse(examples)
                .filter(
                  ({ tool, input }) => !tools.all.find(({ name }) => name === tool)?.input.safeParse(input).success,
                )
            : [media.example].filter((example) => !route.body.safeParse(example).success);
        return bad.map((example) => `${route.id}: ${JSON.stringify(example)}`);
      }),
    );
    expect(refused).toEqual([]);
  });

  it('every error code of a route stands under the status that the marketplace sends it with', () => {
    const wrong = [agrenting, humans2ai, agentdojo].flatMap((contract) =>
      contract.routes.flatMap((route) => {
        const envelope = envelopeOf(route, contract);
        const path = `/${contract.service.marketplace}${route.path.replace(/:(\w+)/g, '{$1}')}`;
        const item: [string, Operation][] = Object.entries(combined.paths[path] ?? {});
        const responses = item.find(([method]) => method === route.method.toLowerCase())?.[1].responses ?? {};
        return errorCodesOf(route, envelope).filter(
          (code) => !responses[String(envelope.codes[code]?.status)]?.['x-error-codes']?.includes(code),
        );
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('an operation', () => {
  const route = defineRoute({
    id: 'readThing',
    method: 'POST',
    path: '/api/v1/things/:id',
    summary: 'Reads a thing.',
    evidence: 'inferred',
    callers: ['user'],
    scope: 'things:read',
    bucket: 'financial',
    key: 'required',
    params: z.object({ id: z.uuid() }),
    query: z.object({ cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(9).default(3) }),
    body: z.object({ word: z.string().regex(/^[a-z]+$/i), count: z.number().default(1) }),
    data: z.array(z.looseObject({ id: z.string() })),
    status: 201,
    errors: ['CONFLICT'],
  });
  const operation = operationsOf(documentOf(contractWith(route)))[0]?.operation;

  it('carries scope, evidence, bucket and the credentials that it needs', () => {
    expect(operation).toMatchObject({
      operationId: 'readThing',
      tags: ['Agrenting: own'],
      security: [{ apiKey: ['things:read'] }, { bearer: ['things:read'] }],
      'x-evidence': 'inferred',
      'x-scope': 'things:read',
      'x-rate-limit-bucket': 'financial',
      'x-idempotency': 'required',
    });
  });

  it('shows parameters as they are sent: defaults are optional, the required key is required', () => {
    expect(operation?.parameters).toMatchObject([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'cursor', in: 'query', required: false },
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 9, default: 3 } },
      { $ref: '#/components/parameters/IdempotencyKeyRequired' },
    ]);
  });

  it('drops a pattern whose flag JSON Schema cannot say, rather than refuse what the marketplace takes', () => {
    const schema = documentOf(contractWith(route)).components.schemas.ReadThingRequest;
    expect(schema?.properties?.word).toEqual({ type: 'string' });
    expect(schema?.required).toEqual(['word']);
  });

  it('wraps a list that continues in the page envelope', () => {
    expect(operation?.responses['201']?.content?.['application/json']?.schema).toMatchObject({
      required: ['data', 'meta'],
      properties: {
        data: { $ref: '#/components/schemas/ReadThingReply' },
        meta: { properties: { pagination: { required: ['total_count', 'cursor', 'has_more'] } } },
      },
    });
  });

  it('answers its own codes and those of every route, grouped by status', () => {
    expect(Object.keys(operation?.responses ?? {})).toEqual(['201', '401', '403', '404', '409', '422', '429', '500']);
    expect(operation?.responses['409']?.['x-error-codes']).toEqual([
      'CONFLICT',
      'IDEMPOTENCY_CONFLICT',
      'IDEMPOTENCY_PENDING',
    ]);
  });
});

describe('the envelope of the tools', () => {
  const call = combined.paths['/humans2ai/api/v1/mcp']?.post;

  it('takes one form for each tool', () => {
    const forms = call?.requestBody?.content['application/json']?.schema.oneOf ?? [];
    expect(forms).toHaveLength(15);
    expect(combined.components.schemas.Humans2AICreateTaskCall).toMatchObject({
      properties: { tool: { const: 'create_task' }, input: { $ref: '#/components/schemas/Humans2AICreateTaskInput' } },
      'x-idempotency': 'required',
      'x-scope': 'tasks:write',
    });
  });

  it('answers in its own envelope, both members always present', () => {
    const success = call?.responses['200']?.content?.['application/json']?.schema;
    expect(success).toMatchObject({ required: ['result', 'error'], properties: { error: { type: 'null' } } });
    const failure = combined.components.schemas.Humans2AIMcpError;
    expect(failure).toMatchObject({ required: ['result', 'error'], properties: { result: { type: 'null' } } });
  });
});

describe('a schema read off samples', () => {
  it('makes a member that some samples lack optional, and one that differs in kind either kind', () => {
    const schema = schemaOfSamples([{ a: 1, b: 'x' }, { a: null }], new Map());
    expect(schema).toEqual({
      type: 'object',
      properties: { a: { anyOf: [{ type: 'integer' }, { type: 'null' }] }, b: { type: 'string' } },
      required: ['a'],
    });
  });

  it('puts a schema where its mark stands', () => {
    const mark = Symbol('data');
    const slots = new Map([[mark, { type: 'boolean' as const }]]);
    expect(schemaOfSamples([{ data: [mark] }], slots)).toEqual({
      type: 'object',
      properties: { data: { type: 'array', items: { type: 'boolean' } } },
      required: ['data'],
    });
    expect(schemaOfSamples([mark], slots)).toEqual({ type: 'boolean' });
  });
});
