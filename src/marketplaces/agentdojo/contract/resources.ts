import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { common, description, done, limit, offset, ofOne, uri } from './scalars.js';

/** Resources (contract notes §7): the paths are documented, their bodies are inferred from the MCP methods. */

export const resource = z.looseObject({
  uri: word(500),
  name: word(),
  description: foreignText(2_000).optional(),
  mimeType: word(100),
});

const one = z.object({ uri });
const page = z.object({ limit, offset });

export const resources = {
  createResource: defineRoute({
    ...ofOne,
    id: 'createResource',
    method: 'POST',
    path: '/mcp/resources',
    summary: 'Put a resource on a server.',
    bucket: 'resource-creation',
    body: z.object({
      server_id: z.number().int(),
      uri,
      name: z.string().min(1).max(200),
      description: description.optional(),
      mimeType: z.string().max(100).default('text/plain'),
      text: z.string().max(100_000),
    }),
    data: resource,
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  listResources: defineRoute({
    ...common,
    id: 'listResources',
    method: 'POST',
    path: '/mcp/resources/list',
    summary: 'The resources of all your servers.',
    bucket: 'resource-lists',
    body: page,
    data: z.looseObject({ resources: z.array(resource) }),
  }),
  readResource: defineRoute({
    ...ofOne,
    id: 'readResource',
    method: 'POST',
    path: '/mcp/resources/read',
    summary: 'What is in a resource.',
    bucket: 'resource-reads',
    body: one,
    data: z.looseObject({
      contents: z.array(z.looseObject({ uri: word(500), mimeType: word(100), text: foreignText(100_000) })),
    }),
  }),
  subscribeResource: defineRoute({
    ...ofOne,
    id: 'subscribeResource',
    method: 'POST',
    path: '/mcp/resources/subscribe',
    summary: 'Ask to be told of changes. The reference backend keeps the wish and tells nobody.',
    bucket: 'resource-subscriptions',
    body: one,
    data: done,
  }),
  unsubscribeResource: defineRoute({
    ...common,
    id: 'unsubscribeResource',
    method: 'POST',
    path: '/mcp/resources/unsubscribe',
    summary: 'Take that back.',
    bucket: 'resource-subscriptions',
    body: one,
    data: done,
  }),
  listSubscriptions: defineRoute({
    ...common,
    id: 'listSubscriptions',
    method: 'POST',
    path: '/mcp/resources/subscriptions',
    summary: 'What you asked to be told of.',
    bucket: 'resource-subscriptions',
    data: z.looseObject({ subscriptions: z.array(z.looseObject({ uri: word(500) })) }),
  }),
} as const;
