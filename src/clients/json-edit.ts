import type { Node } from 'jsonc-parser';
import { lineIndent, ownLineIndent, rendered, type Style, styleOf } from './json-style.js';
import { behind, contentOf, endOf, property } from './json-tree.js';

/** Changes of one property in the text of an object; every other byte stays. */

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Sets a property: replaced where it is, or added as the last one. */
export function setProperty(text: string, object: Node, key: string, value: unknown): string {
  const style = styleOf(text);
  const existing = property(text, object, key);
  const old = existing && contentOf(existing);
  if (old) {
    const shown = text.trim().includes('\n') ? rendered(value, style, lineIndent(text, old.offset)) : compact(value);
    return applied(text, [{ from: old.offset, to: endOf(old), text: shown }]);
  }
  const last = object.children?.at(-1);
  return applied(text, last ? afterLast(text, last, key, value, style) : intoEmpty(text, object, key, value, style));
}

/** Takes a property out, with its comma; the comments around it stay. */
export function removeProperty(text: string, object: Node, key: string): string {
  const node = property(text, object, key);
  if (!node) return text;
  const { comma } = behind(text, node);
  const siblings = object.children ?? [];
  const previous = siblings[siblings.indexOf(node) - 1];
  const from = endOfText(text, node.offset);
  if (comma !== undefined) return applied(text, [{ from, to: comma + 1, text: '' }]);
  const removal = { from, to: endOf(node), text: '' };
  const before = previous && behind(text, previous).comma;
  if (before !== undefined) return applied(text, [{ from: before, to: before + 1, text: '' }, removal]);
  const close = endOf(object) - 1;
  const empty = text.slice(object.offset + 1, from).trim() === '' && text.slice(endOf(node), close).trim() === '';
  return applied(text, [empty ? { from: object.offset + 1, to: close, text: '' } : removal]);
}

function afterLast(text: string, last: Node, key: string, value: unknown, style: Style): Splice[] {
  const { comma, lineEnd } = behind(text, last);
  const indent = ownLineIndent(text, last.offset);
  const end = endOf(last);
  const addComma = comma === undefined ? [{ from: end, to: end, text: ',' }] : [];
  if (indent === undefined) {
    const colon = last.colonOffset ?? end;
    const gap = text[colon + 1] === ' ' ? ' ' : '';
    const at = comma === undefined ? end : comma + 1;
    const added = `${gap}${JSON.stringify(key)}:${gap}${compact(value)}${comma === undefined ? '' : ','}`;
    return [...addComma, { from: at, to: at, text: added }];
  }
  const line = `${style.eol}${indent}${JSON.stringify(key)}: ${rendered(value, style, indent)}`;
  // A comma on a later line than its property: what is added must come after it.
  const at = Math.max(lineEnd, comma === undefined ? 0 : comma + 1);
  return [...addComma, { from: at, to: at, text: comma === undefined ? line : `${line},` }];
}

function intoEmpty(text: string, object: Node, key: string, value: unknown, style: Style): Splice[] {
  const close = endOf(object) - 1;
  const inner = text.slice(object.offset + 1, close);
  const oneLine = !text.trim().includes('\n') && object.parent !== undefined;
  if (oneLine && inner.trim() === '') {
    return [{ from: object.offset + 1, to: close, text: `${JSON.stringify(key)}:${compact(value)}` }];
  }
  const base = lineIndent(text, object.offset);
  const indent = base + style.unit;
  const line = `${style.eol}${indent}${JSON.stringify(key)}: ${rendered(value, style, indent)}`;
  const from = object.offset + 1 + inner.trimEnd().length;
  // Only comments are in it: the line break before the brace stays as it is.
  const tail = inner.trim() !== '' && inner.slice(inner.trimEnd().length).includes('\n');
  return [{ from, to: tail ? from : close, text: tail ? line : `${line}${style.eol}${base}` }];
}

const compact = (value: unknown): string => JSON.stringify(value);

/** Where the text before an offset ends, blanks and line breaks left out. */
const endOfText = (text: string, offset: number): number => text.slice(0, offset).trimEnd().length;

/** Applies splices that do not overlap; those at the same place in the order given. */
function applied(text: string, splices: readonly Splice[]): string {
  let out = '';
  let at = 0;
  for (const { from, to, text: added } of splices) {
    out += text.slice(at, from) + added;
    at = to;
  }
  return out + text.slice(at);
}
