import { ARTIFACTS_MAX } from '../marketplaces/agrenting/contract/hirings.js';
import type { Block } from '../marketplaces/hosted/results.js';
import { safeName, typed } from './artifact-types.js';
import { type Artifact, FILE_MAX, FILES_MAX } from './artifacts.js';

/** An agent's answer in the parts that a hiring is delivered in: one text, and files. */

/** What it says, and where it says that more is. */
export function textsIn(content: readonly Block[]): string {
  const texts = content.flatMap((block) => {
    if (block.type === 'text') return [block.text];
    return block.type === 'resource_link' ? [`${block.name}: ${block.uri}`] : [];
  });
  return texts.join('\n\n');
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
};

/** Pictures, sounds and embedded resources, within the same bounds as the files of a program. */
export function filesIn(content: readonly Block[]): { files: Artifact[]; leftOut: string[] } {
  const files: Artifact[] = [];
  const leftOut: string[] = [];
  const taken = new Set<string>();
  let total = 0;
  for (const block of content) {
    const file = fileOf(block);
    if (!file) continue;
    const name = safeName(file.name, taken);
    const tooMany = files.length >= ARTIFACTS_MAX || total + file.bytes.length > FILES_MAX;
    if (tooMany || file.bytes.length > FILE_MAX) leftOut.push(`${name} (too large, or one file too many)`);
    else {
      total += file.bytes.length;
      taken.add(name.toLowerCase());
      files.push({ ...typed(file.bytes, name), name });
    }
  }
  return { files, leftOut };
}

function fileOf(block: Block): { readonly name: string; readonly bytes: Buffer } | undefined {
  if (block.type === 'image' || block.type === 'audio') {
    const name = `${block.type}.${EXTENSIONS[block.mimeType] ?? 'bin'}`;
    return { name, bytes: Buffer.from(block.data, 'base64') };
  }
  if (block.type !== 'resource') return undefined;
  const { resource } = block;
  const name = resource.uri.split(/[/:?#]/).findLast((part) => part !== '') ?? 'resource';
  return { name, bytes: 'blob' in resource ? Buffer.from(resource.blob, 'base64') : Buffer.from(resource.text) };
}
