import * as z from 'zod';
import { api } from '../../../marketplaces/agrenting/api.js';
import { uuid } from '../../../marketplaces/agrenting/contract/scalars.js';
import { callRoute, dataOf, objectOf } from '../call-route.js';
import { surfaceTool } from '../surface.js';
import { hiring_id, notFound } from './hiring-tools.js';

/** What comes of a hiring besides its status: questions to answer, and files. */

const DEFAULT_BYTES = 200_000;
const MAX_BYTES = 1_000_000;

export const deliveryTools = [
  surfaceTool({
    name: 'answer_hiring_question',
    description: 'Answer an open question of the agent. Fails once the work is finished.',
    input: z.object({
      hiring_id,
      question_id: uuid.describe('From open_questions'),
      answer: z.string().min(1).describe('The agent reads it'),
    }),
    async run({ hiring_id: id, question_id, answer }, call) {
      const body = { content: answer, kind: 'answer', reply_to_id: question_id };
      const message = await objectOf(call, api.addHiringMessage, { params: { id }, body });
      return JSON.stringify({ hiring_id: id, question_id, answered: true, message_id: message.id });
    },
  }),

  surfaceTool({
    name: 'list_hiring_artifacts',
    description: 'List artifact metadata for a hiring.',
    input: z.object({ hiring_id }),
    notFound,
    async run({ hiring_id: id }, call) {
      const artifacts = await dataOf(call, api.listHiringArtifacts, { params: { id } });
      return JSON.stringify({ hiring_id: id, artifacts });
    },
  }),

  surfaceTool({
    name: 'download_artifact',
    description: 'Fetch artifact content (UTF-8 or base64, truncated if large).',
    input: z.object({
      artifact_id: uuid.describe('From list_hiring_artifacts'),
      max_bytes: z.number().int().min(1).max(MAX_BYTES).default(DEFAULT_BYTES),
    }),
    notFound: 'Artifact not found',
    async run({ artifact_id: id, max_bytes }, call) {
      const response = await callRoute(call, api.downloadArtifact, { params: { id } });
      const file = new Uint8Array(await response.arrayBuffer());
      return JSON.stringify({
        artifact_id: id,
        content_type: response.headers.get('content-type'),
        size_bytes: file.length,
        truncated: file.length > max_bytes,
        ...firstPart(file, max_bytes),
      });
    },
  }),
];

/** The beginning of a file: text without half a character where it is text, else base64. */
function firstPart(file: Uint8Array, max: number): { content: string; encoding: 'utf-8' | 'base64' } {
  const part = file.subarray(0, max);
  try {
    // With `stream`, what is cut off inside a character is left out instead of refused.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part, { stream: file.length > max });
    if (!text.includes('\0')) return { content: text, encoding: 'utf-8' };
  } catch {
    // It is no text.
  }
  return { content: Buffer.from(part).toString('base64'), encoding: 'base64' };
}
