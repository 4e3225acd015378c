import { describe, expect, it } from 'vitest';
import { agentdojo, agrenting, humans2ai } from '../../src/backend/openapi/contracts.js';
import { servedTool } from '../../src/backend/routes/humans2ai/tool-table.js';
import { tools } from '../../src/marketplaces/humans2ai/api.js';

describe.each([agrenting, humans2ai, agentdojo])('the contract of $title', ({ service, routes }) => {
  const served = service.implementations.map(({ route }) => route);

  it('has exactly one implementation of every route', () => {
    const counts = routes.map((route) => `${route.id}: ${served.filter((one) => one === route).length}`);
    expect(counts).toEqual(routes.map((route) => `${route.id}: 1`));
  });

  it('states every route that is implemented', () => {
    expect(served.filter((route) => !routes.includes(route)).map(({ id }) => id)).toEqual([]);
  });

  it('names every route and every address once', () => {
    const ids = routes.map(({ id }) => id);
    const addresses = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(ids).toEqual([...new Set(ids)]);
    expect(addresses).toEqual([...new Set(addresses)]);
  });

  it('sends every error code that its routes name with a status', () => {
    const named = routes.flatMap((route) => route.errors.map((code) => `${route.id} ${code}`));
    expect(named.filter((entry) => !service.envelope.codes[entry.split(' ')[1] ?? ''])).toEqual([]);
  });

  it('states a parameter for every variable part of a path, and no other', () => {
    const inPath = routes.map(({ id, path }) => [id, [...path.matchAll(/:(\w+)/g)].map((match) => match[1])]);
    expect(inPath).toEqual(routes.map(({ id, params }) => [id, Object.keys(params.shape)]));
  });
});

it('every tool of the {tool, input} envelope is served', () => {
  const names = Object.keys(tools);
  expect(names.filter((name) => servedTool(name)?.tool.name !== name)).toEqual([]);
  expect(names).toHaveLength(15);
});
