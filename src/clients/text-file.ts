import { ClientConfigError } from './client.js';

/** A text file as editors leave it: UTF-8, perhaps with a byte order mark. */
export interface TextFile {
  readonly text: string;
  readonly bom: boolean;
}

const BOM = '\ufeff';

/** @throws {ClientConfigError} when the bytes are not UTF-8, as an old Windows editor may have left them. */
export function decoded(bytes: Uint8Array): TextFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith(BOM) ? { text: text.slice(1), bom: true } : { text, bom: false };
  } catch (error) {
    throw new ClientConfigError('the file is not UTF-8; save it as UTF-8 in an editor', { cause: error });
  }
}

export const encoded = ({ text, bom }: TextFile): Uint8Array => Buffer.from(bom ? BOM + text : text, 'utf8');
