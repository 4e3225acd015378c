/**
 * The request id in a frame that cannot be used: too long, cut, not UTF-8 or not JSON. Only a member of the outermost
 * object counts; an "id" further inside belongs to somebody else, and an answer to it would be a lie.
 */

export type Id = string | number;

/** An id as MCP allows it, and exactly as it was written: integers beyond 2^53 have lost digits. */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));
}

const ID = /\s*(?:"((?:[^"\\\p{Cc}]|\\["\\/bfnrt]){0,200})"|(-?\d{1,15}))\s*(?=[,}])/uy;
/** Serializers that write the id last: only members without inner structure follow it, and then the frame ends. */
const AT_END =
  /[,{]\s*"id"\s*:\s*(?:"([^"\\\p{Cc}]{0,200})"|(-?\d{1,15}))\s*(?:,\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,200}"\s*)*\}\s*$/u;

/**
 * @param head the beginning of the frame, or all of it.
 * @param tail the end of a frame that is whole and was only too long to be kept: its last brace closes the outermost
 *   object. Of other broken frames nobody knows what their last brace closes.
 */
export function recoverId(head: string, tail = ''): Id | undefined {
  const found = [...idsAtTop(head)];
  if (found.length > 1) return undefined;
  return found[0] ?? idOf(AT_END.exec(tail));
}

/** Walks over text that is nearly JSON and reads the members of its outermost object that are named "id". */
function* idsAtTop(text: string): Generator<Id> {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && text.slice(at, end) === '"id"') {
        ID.lastIndex = afterColon(text, end);
        const id = ID.lastIndex === 0 ? undefined : idOf(ID.exec(text));
        if (id !== undefined) yield id;
      }
      at = end - 1;
    }
  }
}

/** The position after the closing quote. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/** The position after a colon that follows, or 0 when none does. */
function afterColon(text: string, from: number): number {
  const colon = /\s*:/y;
  colon.lastIndex = from;
  return colon.test(text) ? colon.lastIndex : 0;
}

function idOf(match: RegExpExecArray | null): Id | undefined {
  if (match?.[2] !== undefined) return Number(match[2]);
  return match?.[1] === undefined ? undefined : JSON.parse(`"${match[1]}"`);
}
