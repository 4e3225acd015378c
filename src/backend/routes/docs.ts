import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { Env } from '../env.js';
import { openApiDocuments } from '../openapi/index.js';
import { referencePage } from '../openapi/page/index.js';
import { STYLE } from '../openapi/page/style.js';

export const DOC_PATHS: readonly string[] = [
  '/openapi.json',
  '/agrenting/openapi.json',
  '/humans2ai/openapi.json',
  '/agentdojo/openapi.json',
  '/reference',
];

const styleHash = createHash('sha256').update(STYLE).digest('base64');
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // The page loads nothing and runs nothing.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The contracts for people and for machines: the OpenAPI documents and the reference page made from them. */
export function docsRoutes(env: Env): Hono {
  const app = new Hono();
  const documents = openApiDocuments(() => env.clock.now());
  for (const [path, document] of Object.entries(documents)) app.get(path, (context) => context.json(document()));
  let page: { readonly origin: string; readonly text: string } | undefined;
  app.get('/reference', async (context) => {
    const origin = originOf(context.req.url);
    if (page?.origin !== origin) page = { origin, text: await referencePage(documents['/openapi.json'](), origin) };
    return context.body(page.text, 200, PAGE_HEADERS);
  });
  return app;
}

/** Where the examples on the page are to be sent: to whoever was asked for it. */
function originOf(address: string): string {
  const { origin } = new URL(address);
  return /^https?:\/\/[A-Za-z0-9.:[\]-]+$/.test(origin) ? origin : 'http://localhost';
}
