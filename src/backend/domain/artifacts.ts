import { createHash } from 'node:crypto';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { ArtifactRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';

/** Files that were delivered with a hiring or a task (contract notes §2.6: ART). */

export interface NewArtifact {
  readonly artifact_type: string;
  readonly name: string;
  readonly content: string;
  readonly content_type?: string | undefined;
  readonly language?: string | undefined;
}

/** Keeps lists short enough to be sent whole. */
const MOST_PER_SUBJECT = 200;

const TYPES: Record<string, { readonly contentType: string; readonly extension: string }> = {
  code_block: { contentType: 'text/plain; charset=utf-8', extension: 'txt' },
  markdown: { contentType: 'text/markdown; charset=utf-8', extension: 'md' },
  html: { contentType: 'text/html; charset=utf-8', extension: 'html' },
  diff: { contentType: 'text/x-diff; charset=utf-8', extension: 'diff' },
  json: { contentType: 'application/json', extension: 'json' },
  text: { contentType: 'text/plain; charset=utf-8', extension: 'txt' },
  link: { contentType: 'text/plain; charset=utf-8', extension: 'txt' },
  image: { contentType: 'image/png', extension: 'png' },
  file: { contentType: 'application/octet-stream', extension: 'bin' },
};
/** Of these the content may be base64 or plain text, and is looked at to tell which. */
const BINARY = ['file', 'image'];

/** Stores files for a subject ("hiring:<id>"). @throws {ApiError} CONFLICT when it would have more than 200. */
export async function addArtifacts(
  env: Env,
  tx: Tx,
  subject: string,
  uploads: readonly NewArtifact[],
): Promise<ArtifactRow[]> {
  const known = await listArtifacts(tx, subject);
  if (known.length + uploads.length > MOST_PER_SUBJECT) {
    throw new ApiError('CONFLICT', `At most ${MOST_PER_SUBJECT} artifacts can be attached; ${known.length} are there.`);
  }
  const now = isoTime(env.clock.now());
  const rows = uploads.map((upload) => artifactRow(env.ids.uuid(), subject, upload, now));
  await tx.insertInto('artifacts').values(rows).execute();
  return rows;
}

function artifactRow(id: string, subject: string, upload: NewArtifact, now: string): ArtifactRow {
  const encoding = BINARY.includes(upload.artifact_type) && isBase64(upload.content) ? 'base64' : 'utf8';
  const bytes = Buffer.from(upload.content, encoding);
  return {
    id,
    subject,
    name: upload.name,
    artifact_type: upload.artifact_type,
    content_type: upload.content_type ?? TYPES[upload.artifact_type]?.contentType ?? 'application/octet-stream',
    language: upload.language ?? null,
    encoding,
    content: upload.content,
    size_bytes: BigInt(bytes.length),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    created_at: now,
  };
}

/** Whether a text is padded base64 that comes out the same when encoded again. */
export function isBase64(text: string): boolean {
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  return Buffer.from(text, 'base64').toString('base64') === text;
}

type ArtifactHead = Omit<ArtifactRow, 'content' | 'encoding'>;

/** What is attached to a subject, oldest first, without the contents. */
export async function listArtifacts(tx: Tx, subject: string): Promise<ArtifactHead[]> {
  return await tx
    .selectFrom('artifacts')
    .select([
      'id',
      'subject',
      'name',
      'artifact_type',
      'content_type',
      'language',
      'size_bytes',
      'sha256',
      'created_at',
    ])
    .where('subject', '=', subject)
    .orderBy('seq')
    .limit(MOST_PER_SUBJECT)
    .execute();
}

export async function findArtifact(tx: Tx, id: string): Promise<ArtifactRow | undefined> {
  return await tx.selectFrom('artifacts').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A file as it is downloaded: its own bytes, under a name that no uploader chose. */
export function artifactResponse(artifact: ArtifactRow): Response {
  const extension = TYPES[artifact.artifact_type]?.extension ?? 'bin';
  const bytes = Buffer.from(artifact.content, artifact.encoding);
  return fileResponse(bytes, artifact.content_type, `artifact-${artifact.id}.${extension}`);
}

/** Bytes that a browser saves and never runs. */
export function fileResponse(bytes: Uint8Array, contentType: string, filename: string): Response {
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': contentType,
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="${filename}"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
  });
}
