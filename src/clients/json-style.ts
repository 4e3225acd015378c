/** How a JSON file is written, so that what is added looks like the rest of it. */
export interface Style {
  readonly eol: string;
  /** One step of indentation. */
  readonly unit: string;
}

export function styleOf(text: string): Style {
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  return { eol, unit: /^([ \t]+)["}]/m.exec(text)?.[1] ?? '  ' };
}

/** A value over several lines, below a line that is indented so. */
export const rendered = (value: unknown, style: Style, indent: string): string =>
  JSON.stringify(value, null, style.unit).replaceAll('\n', `${style.eol}${indent}`);

/** The blanks before an offset when nothing else is before it in its line. */
export function ownLineIndent(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The blanks at the start of the line in which an offset lies. */
export const lineIndent = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
