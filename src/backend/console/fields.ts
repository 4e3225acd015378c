import type { Fields } from './actions/action.js';

/** No field of ours is as long as this. */
const MOST = 1_000_000;

/**
 * The fields of a form as a browser sends it, without those that were left empty. Line ends become those of Unix; a
 * field that occurs several times (check boxes) becomes lines.
 */
export async function fieldsOf(request: Request): Promise<Fields> {
  const text = await request.text();
  if (text.length > MOST) return {};
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    const plain = value.replaceAll('\r\n', '\n');
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? plain : `${earlier}\n${plain}`);
  }
  return Object.fromEntries(fields);
}
