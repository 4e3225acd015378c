import { api } from '../../../marketplaces/agrenting/api.js';
import { fileResponse } from '../../domain/artifacts.js';
import { createDocument, findDocument } from '../../domain/documents.js';
import { callerIn, implement } from '../../pipeline.js';
import type { DocumentRow } from '../../store/agrenting-schema.js';

const documentView = (row: DocumentRow) => ({
  id: row.id,
  name: row.name,
  file_url: `/api/v1/documents/${row.id}/download`,
  content_type: row.content_type,
  file_hash: row.file_hash,
  size_bytes: Number(row.size_bytes),
  document_type: row.document_type,
  agent_id: row.agent_id,
  task_id: row.task_id,
  inserted_at: row.created_at,
  updated_at: row.created_at,
});

export const documentRoutes = [
  implement(api.createDocument, async (call) =>
    documentView(await createDocument(call.env, call.tx, callerIn(call), call.body)),
  ),
  implement(api.createUpload, async (call) =>
    documentView(await createDocument(call.env, call.tx, callerIn(call), call.body)),
  ),
  implement(api.getDocument, async (call) =>
    documentView(await findDocument(call.tx, call.params.id, callerIn(call).account)),
  ),
  implement(api.downloadDocument, async (call) => {
    const row = await findDocument(call.tx, call.params.id, callerIn(call).account);
    return fileResponse(Buffer.from(row.content, 'base64'), row.content_type, `document-${row.id}.bin`);
  }),
];
