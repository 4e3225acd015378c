import type { Fields } from './actions/action.js';

/** No field of ours is as long as this. */
const MOST = 1_000_000;

/** The fields of a form as a browser sends it, without those that were left empty. Line ends become those of Unix. */
export async function fieldsOf(request: Request): Promise<Fields> {
  const text = await request.text();
  if (text.length > MOST) return {};
  const entries = [...new URLSearchParams(text)].map(
    ([name, value]) => [name, value.replaceAll('\r\n', '\n')] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
