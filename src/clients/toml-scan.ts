/** One statement of a TOML file: a [header] or a `key = value`, without the comments and blank lines around it. */
export interface Statement {
  readonly kind: 'header' | 'pair';
  readonly from: number;
  readonly to: number;
}

/**
 * Where the statements of a valid TOML text lie. It knows strings, comments and brackets, and nothing about values: a
 * real parser checks the text before and after an edit.
 */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (/\s/.test(char)) at += 1;
    else if (char === '#') at = lineEnd(text, at);
    else {
      const to = statementEnd(text, at);
      found.push({ kind: char === '[' ? 'header' : 'pair', from: at, to });
      at = to;
    }
  }
  return found;
}

/** The end of a statement: its line's end or its comment, outside of strings and brackets. */
function statementEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  let end = from;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '"' || char === "'") at = stringEnd(text, at);
    else if (char === '#') {
      if (depth === 0) return end;
      at = lineEnd(text, at);
      continue;
    } else if (char === '\n' && depth === 0) return end;
    else {
      if (char === '[' || char === '{') depth += 1;
      if (char === ']' || char === '}') depth -= 1;
      at += 1;
      if (/\s/.test(char)) continue;
    }
    end = at;
  }
  return end;
}

function stringEnd(text: string, from: number): number {
  const quote = text[from] ?? '"';
  const triple = quote.repeat(3);
  const long = text.startsWith(triple, from);
  let at = from + (long ? 3 : 1);
  while (at < text.length) {
    if (quote === '"' && text[at] === '\\') at += 2;
    else if (!long && text[at] === quote) return at + 1;
    else if (long && text.startsWith(triple, at)) {
      at += 3;
      // Up to two quotes may stand before the closing three.
      while (text[at] === quote) at += 1;
      return at;
    } else at += 1;
  }
  return text.length;
}

export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
