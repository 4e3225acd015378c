import { extname } from 'node:path';
import type { z } from 'zod';
import type { artifactUpload } from '../marketplaces/agrenting/contract/hirings.js';
import { cleanText } from '../untrusted.js';

/** What a file is to the marketplace, by its content first and its name second. */

type Upload = z.input<typeof artifactUpload>;
/** A file as it is uploaded; `name` is added by whoever knows the others. */
export type Typed = Omit<Upload, 'name'>;

const IMAGES: readonly { readonly type: string; readonly is: (bytes: Buffer) => boolean }[] = [
  { type: 'image/png', is: (bytes) => bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', is: (bytes) => bytes.subarray(0, 3).toString('latin1') === '\xff\xd8\xff' },
  { type: 'image/gif', is: (bytes) => /^GIF8[79]a/.test(bytes.subarray(0, 6).toString('latin1')) },
  { type: 'image/webp', is: (bytes) => /^RIFF....WEBP/s.test(bytes.subarray(0, 12).toString('latin1')) },
];

const TEXTS: Readonly<Record<string, Upload['artifact_type']>> = {
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  diff: 'diff',
  patch: 'diff',
};

const LANGUAGES: Readonly<Record<string, string>> = {
  ...{ c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', hpp: 'cpp', cs: 'csharp', css: 'css', ex: 'elixir', exs: 'elixir' },
  ...{
    go: 'go',
    java: 'java',
    js: 'javascript',
    mjs: 'javascript',
    cjs: 'javascript',
    jsx: 'javascript',
    kt: 'kotlin',
  },
  ...{ lua: 'lua', php: 'php', pl: 'perl', py: 'python', r: 'r', rb: 'ruby', rs: 'rust', scala: 'scala', sh: 'shell' },
  ...{
    sql: 'sql',
    swift: 'swift',
    toml: 'toml',
    ts: 'typescript',
    tsx: 'typescript',
    xml: 'xml',
    yaml: 'yaml',
    yml: 'yaml',
  },
};

const BINARIES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  zip: 'application/zip',
  gz: 'application/gzip',
  svg: 'image/svg+xml',
};

/** @param name decides only between kinds of text, and names the type of other files. */
export function typed(bytes: Buffer, name: string): Typed {
  const extension = extname(name).slice(1).toLowerCase();
  const image = IMAGES.find(({ is }) => is(bytes));
  if (image) return { artifact_type: 'image', content: bytes.toString('base64'), content_type: image.type };
  const text = textIn(bytes);
  // A picture made of text can hold scripts: it is a file to be saved.
  if (text === undefined || Object.hasOwn(BINARIES, extension)) {
    const contentType = BINARIES[extension] ?? 'application/octet-stream';
    return { artifact_type: 'file', content: bytes.toString('base64'), content_type: contentType };
  }
  const language = Object.hasOwn(LANGUAGES, extension) ? LANGUAGES[extension] : undefined;
  if (language !== undefined) return { artifact_type: 'code_block', content: text, language };
  if (extension === 'json' && isJson(text)) return { artifact_type: 'json', content: text };
  return { artifact_type: (Object.hasOwn(TEXTS, extension) && TEXTS[extension]) || 'text', content: text };
}

/** Valid UTF-8 without NUL is text; a byte order mark stays. */
function textIn(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const NAME_MAX = 100;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A path below the folder as a name that is harmless wherever it is saved: one part, no leading dot or dash, nothing
 * that a shell, a terminal or Windows reads in its own way. `taken` makes it unlike the others.
 */
export function safeName(path: string, taken: ReadonlySet<string>): string {
  const flat = cleanText(path, 10_000)
    .normalize('NFC')
    .replace(/[\\/]+/g, '-')
    .replace(/[^\p{L}\p{N}\p{M} ._+-]/gu, '_')
    .replace(/\.{2,}/g, '.')
    .replace(/^[\s.-]+|[\s.]+$/g, '');
  const extension = /\.[\p{L}\p{N}]{1,10}$/u.exec(flat)?.[0] ?? '';
  const whole = extension === '' ? flat : flat.slice(0, -extension.length);
  const points = Array.from(whole)
    .slice(0, NAME_MAX - extension.length)
    .join('')
    .trim();
  const stem = points === '' || RESERVED.test(points) ? `file${points}` : points;
  for (let count = 1; ; count += 1) {
    const name = `${stem}${count === 1 ? '' : `-${count}`}${extension}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
