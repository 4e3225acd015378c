import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Backend, createBackend } from '../../src/backend/index.js';
import { agrenting } from '../../src/backend/openapi/contracts.js';
import { createDocument } from '../../src/backend/openapi/document.js';
import { openApiDocuments } from '../../src/backend/openapi/index.js';
import { curlOf } from '../../src/backend/openapi/page/curl.js';
import { referencePage } from '../../src/backend/openapi/page/index.js';
import type { Document, Operation } from '../../src/backend/openapi/types.js';
import { tools } from '../../src/marketplaces/humans2ai/api.js';
import { defineRoute, type Route } from '../../src/marketplaces/route.js';

const ORIGIN = 'http://127.0.0.1:4400';
const documents = openApiDocuments(() => Date.parse('2026-03-01T10:00:00Z'));
const combined = documents['/openapi.json']();

const decode = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

function documentOf(route: Route): Document {
  const contract = { ...agrenting, routes: [route], files: [{ tag: 'own', module: { routes: { route } } }] };
  const server = { url: '/', description: 'here' };
  return createDocument([contract], { title: 'Own', version: '1', server, prefixed: false, now: 0 });
}

describe('the reference page', () => {
  const operations = Object.entries(combined.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

  it('lists every operation once, with its method, address, evidence and an example', async () => {
    const page = await referencePage(combined, ORIGIN);
    for (const { method, path, operation } of operations) {
      const parts = page.split(`<details id="${operation.operationId}">`);
      expect(parts).toHaveLength(2);
      const section = parts[1]?.split('</details>')[0] ?? '';
      expect(section).toContain(`<span class="method ${method}">${method}</span> <code class="path">${path}</code>`);
      expect(section).toContain(`>${operation['x-evidence']}</span>`);
      expect(decode(section)).toContain(`curl ${method === 'GET' ? '' : `-X ${method} `}'${ORIGIN}/`);
    }
    expect(operations.length).toBeGreaterThan(80);
  });

  it('leads every link of its own somewhere, and loads nothing', async () => {
    const page = await referencePage(combined, ORIGIN);
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.filter((link) => !ids.has(link))).toEqual([]);
    expect([...page.matchAll(/ id="([^"]+)"/g)]).toHaveLength(ids.size);
    expect(page).not.toMatch(/<(script|link|img|iframe|object)|@import|url\(|\son\w+=/i);
  });

  it('shows every tool of the envelope as its own call, with a credential and a key where it needs them', async () => {
    const page = decode(await referencePage(combined, ORIGIN));
    const curls = [...page.matchAll(/<pre[^>]*><code>(curl[^<]*\/humans2ai\/api\/v1\/mcp'[^<]*)<\/code>/g)].map(
      (m) => m[1],
    );
    const shown = Object.values(tools).map(({ name, callers, financial }) => {
      const curl = curls.find((text) => text?.includes(`"tool":"${name}"`)) ?? '';
      const facts = [
        name,
        curl.includes('Bearer $KEY') === callers.length > 0,
        curl.includes(`: example-${name}'`) === financial,
      ];
      return facts.join(' ');
    });
    expect(shown).toEqual(Object.keys(tools).map((name) => `${name} true true`));
    expect(curls).toHaveLength(15);
  });

  it('escapes whatever stands in a contract', async () => {
    const hostile = `</code><script>alert("x")</script><img src=x onerror='alert(1)'>&amp;`;
    const route = defineRoute({
      id: 'hostile',
      method: 'POST',
      path: '/api/v1/hostile',
      summary: hostile,
      evidence: 'ours',
      callers: ['user'],
      scope: hostile,
      bucket: hostile,
      query: z.object({ [hostile]: z.enum([hostile]).describe(hostile) }),
      body: z.object({ [hostile]: z.literal(hostile).describe(hostile) }),
      data: z.object({ [hostile]: z.string().default(hostile) }),
      errors: [hostile],
    });
    const page = await referencePage(documentOf(route), ORIGIN);
    expect(page).not.toMatch(/<script|<img|onerror='/);
    expect(page.split(`&lt;/code&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;`).length).toBeGreaterThan(8);
  });

  it('prints examples that a shell takes literally', () => {
    const route = defineRoute({
      id: 'quoted',
      method: 'PUT',
      path: '/api/v1/things/:id',
      summary: 'Quoted.',
      evidence: 'ours',
      callers: ['user'],
      key: 'optional',
      params: z.object({ id: z.enum(["a'; rm -rf $HOME; '"]) }),
      body: z.object({ text: z.literal("it's $(whoami)") }),
      data: z.object({}),
    });
    const document = documentOf(route);
    const operation: Operation | undefined = document.paths['/api/v1/things/{id}']?.put;
    const body = operation?.requestBody?.content['application/json']?.example;
    if (!operation) throw new Error('the route is missing');
    const call = {
      origin: ORIGIN,
      method: 'PUT',
      path: '/api/v1/things/{id}',
      operation,
      body,
      credential: true,
      key: 'k-1',
    };
    expect(curlOf(document, call)).toBe(
      [
        `curl -X PUT '${ORIGIN}/api/v1/things/a'\\''%3B%20rm%20-rf%20%24HOME%3B%20'\\'''`,
        '-H "Authorization: Bearer $KEY"',
        "-H 'X-Idempotency-Key: k-1'",
        "-H 'Content-Type: application/json'",
        `-d '{"text":"it'\\''s $(whoami)"}'`,
      ].join(' \\\n  '),
    );
  });
});

describe('the backend', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend({ seed: 'empty' });
  });
  afterAll(() => backend.close());

  it.each(['/openapi.json', '/agrenting/openapi.json', '/humans2ai/openapi.json', '/agentdojo/openapi.json'] as const)(
    'serves %s',
    async (path) => {
      const response = await backend.fetch(new Request(`${ORIGIN}${path}`));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      const body: Document = await response.json();
      expect(Object.keys(body.paths)).toEqual(Object.keys(documents[path]().paths));
    },
  );

  it('serves the page, allowing its own style and nothing else', async () => {
    const response = await backend.fetch(new Request(`${ORIGIN}/reference`));
    const page = await response.text();
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(decode(page)).toContain(`curl '${ORIGIN}/agrenting/api/v1/agents'`);
  });

  it('prints the address that it was asked at, unless that is no plain address', async () => {
    const other = await (await backend.fetch(new Request('http://localhost:9/reference'))).text();
    expect(decode(other)).toContain("curl 'http://localhost:9/agrenting/api/v1/agents'");
    const odd = await (await backend.fetch(new Request("http://x'$(id)'/reference"))).text();
    expect(odd).not.toContain('$(id)');
    expect(decode(odd)).toContain("curl 'http://localhost/agrenting/api/v1/agents'");
  });

  it('knows every operation at the address that the document prints', async () => {
    const lost: string[] = [];
    for (const [path, item] of Object.entries(combined.paths)) {
      for (const method of Object.keys(item)) {
        const address = `${ORIGIN}${path.replace(/\{\w+\}/g, 'x')}`;
        const response = await backend.fetch(new Request(address, { method: method.toUpperCase() }));
        const body = await response.text();
        if (response.status === 404 && body.includes('There is no such route')) lost.push(`${method} ${path}`);
      }
    }
    expect(lost).toEqual([]);
  });
});
