/** Which mounted server a URI is read from, and how it is called where two have the same. */

/** An expression of a template stands for anything; RFC 6570's operators only change what is around it. */
export function matches(template: string, uri: string): boolean {
  const parts = template.split(/\{[^{}]*\}/);
  const [first = '', ...others] = parts;
  if (!uri.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of others.entries()) {
    if (index === others.length - 1) return uri.length - part.length >= at && uri.endsWith(part);
    const found = uri.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at === uri.length;
}

/** The URI of a mount whose own is taken: NAME+uri is a URI again. */
export const prefixed = (mount: string, uri: string): string => `${mount}+${uri}`;

/** What its server calls it. */
export const unprefixed = (mount: string, uri: string): string =>
  uri.startsWith(`${mount}+`) ? uri.slice(mount.length + 1) : uri;
