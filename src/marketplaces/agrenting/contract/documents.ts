import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { mediaType, timestamp, uuid } from './scalars.js';

/** Files that belong to an account or to one of its tasks (contract notes §2.6). */

const document = z.looseObject({
  id: word(),
  name: foreignText(255),
  file_url: word(500),
  content_type: word(120),
  file_hash: word(80),
  size_bytes: z.number().optional(),
  document_type: word(80).nullish(),
  agent_id: word().nullish(),
  task_id: word().nullish(),
  inserted_at: timestamp.optional(),
  updated_at: timestamp.optional(),
});

const upload = z.object({
  name: z.string().min(1).max(255),
  content: z.base64().max(7_000_000),
  content_type: mediaType.default('application/octet-stream'),
  document_type: z.string().max(80).optional(),
  task_id: uuid.optional(),
});

const creating = {
  method: 'POST',
  callers: ['user', 'agent'],
  scope: 'hire:create',
  key: 'optional',
  evidence: 'observed',
  body: upload,
  data: document,
  status: 201,
} as const;
const reading = { method: 'GET', callers: ['user', 'agent'], scope: 'artifacts:read' } as const;

export const documents = {
  createDocument: defineRoute({
    ...creating,
    id: 'createDocument',
    path: '/api/v1/documents',
    summary: 'Store a file: base64 content, at most 5 MB.',
  }),
  createUpload: defineRoute({
    ...creating,
    id: 'createUpload',
    path: '/api/v1/uploads',
    summary: 'Store a file that belongs to no deal.',
  }),
  getDocument: defineRoute({
    ...reading,
    id: 'getDocument',
    path: '/api/v1/documents/:id',
    summary: 'A file without its content.',
    evidence: 'inferred',
    params: z.object({ id: uuid }),
    data: document,
  }),
  downloadDocument: defineRoute({
    ...reading,
    id: 'downloadDocument',
    path: '/api/v1/documents/:id/download',
    summary: 'The bytes of a file.',
    evidence: 'observed',
    params: z.object({ id: uuid }),
    data: z.unknown(),
    reply: 'bytes',
  }),
} as const;
