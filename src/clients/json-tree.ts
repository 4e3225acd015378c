import { createScanner, getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { ClientConfigError } from './client.js';
import { isRecord, lineOf } from './document.js';

/** Kinds of tokens, as the scanner numbers them (its const enum cannot be imported by isolated modules). */
const COMMA = 5;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
const LINE_BREAK = 14;
const BLANKS = 15;

/** @returns the object that a text with comments holds; undefined for an empty text. @throws {ClientConfigError} */
export function jsonTree(text: string): Node | undefined {
  if (text.trim() === '') return undefined;
  const errors: ParseError[] = [];
  const root = tree(text, errors);
  const [error] = errors;
  if (error) {
    const what = printParseErrorCode(error.error)
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase();
    throw new ClientConfigError(`line ${lineOf(text, error.offset)} is not valid JSON (${what})`);
  }
  if (root?.type !== 'object') throw new ClientConfigError('line 1: the file must hold a JSON object, "{ … }"');
  return root;
}

function tree(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ClientConfigError('it is nested too deeply to be read', { cause: error });
  }
}

/** The value of a tree, as plain data. */
export function jsonValue(node: Node | undefined): Readonly<Record<string, unknown>> {
  const value: unknown = node === undefined ? {} : getNodeValue(node);
  return isRecord(value) ? value : {};
}

/** A property of an object by its key. @throws {ClientConfigError} when it is there twice. */
export function property(text: string, object: Node, key: string): Node | undefined {
  const found = (object.children ?? []).filter((child) => child.children?.[0]?.value === key);
  const second = found[1];
  if (second) throw new ClientConfigError(`line ${lineOf(text, second.offset)}: "${key}" is there twice`);
  return found[0];
}

export const contentOf = (node: Node): Node | undefined => node.children?.[1];
export const endOf = (node: Node): number => node.offset + node.length;

export interface Behind {
  /** Offset of a comma after the node. */
  readonly comma: number | undefined;
  /** Where the node's own line ends: behind its comma and the comments in the same line. */
  readonly lineEnd: number;
}

/** What stands behind a property: its comma, and the comments that people wrote at the end of its line. */
export function behind(text: string, node: Node): Behind {
  const scanner = createScanner(text, false);
  scanner.setPosition(endOf(node));
  let comma: number | undefined;
  let lineEnd = endOf(node);
  let sameLine = true;
  for (;;) {
    const token: number = scanner.scan();
    if (token === COMMA && comma === undefined) {
      comma = scanner.getTokenOffset();
      if (sameLine) lineEnd = comma + 1;
    } else if (token === LINE_COMMENT || token === BLOCK_COMMENT) {
      if (sameLine) lineEnd = scanner.getPosition();
    } else if (token === LINE_BREAK) sameLine = false;
    else if (token !== BLANKS) return { comma, lineEnd };
  }
}
