/**
 * Splits a command line into words as a POSIX shell splits them: blanks part words, quotes and backslashes keep them
 * together. Nothing is expanded: no variables, no globs, no pipes; those marks are plain characters.
 * @returns undefined when a quote is not closed, a backslash ends the text, or there is no word.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word = `${word ?? ''}${char}`;
    } else if (char === '\\') {
      at += 1;
      if (at === text.length) return undefined;
      const next = text.charAt(at);
      // Inside double quotes a backslash stands for itself, but before what it can free there.
      const kept = quote === '"' && !/["\\$`\n]/.test(next) ? `\\${next}` : next;
      word = `${word ?? ''}${kept}`;
    } else if (char === quote) {
      quote = undefined;
    } else if (quote === undefined && (char === "'" || char === '"')) {
      quote = char;
      word ??= '';
    } else if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words.length > 0 ? words : undefined;
}
