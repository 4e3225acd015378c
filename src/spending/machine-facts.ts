/** Ids, states, amounts and times. Free text, which others may have written, does not look like this. */
const MACHINE_WORD = /^[A-Za-z0-9_.:+$-]{1,120}$/;
const TEXT_FIELDS = /name|title|description|message|content|reason|output|text|summary|location|notice/i;

/** What of a result may be written down: the machine-readable part, so that the journal holds no text by others. */
export function machineFacts(value: unknown, depth = 0): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return MACHINE_WORD.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 3) return undefined;
  const kept = Object.entries(value)
    .filter(([name]) => !TEXT_FIELDS.test(name))
    .map(([name, item]) => [name, machineFacts(item, depth + 1)])
    .filter(([, item]) => item !== undefined);
  return Object.fromEntries(kept);
}

/** What was written down of an operation's answer. */
export function storedFacts(operation: { readonly result: string | null }): Record<string, unknown> {
  const stored: unknown = operation.result === null ? {} : JSON.parse(operation.result);
  return typeof stored === 'object' && stored !== null ? { ...stored } : {};
}
