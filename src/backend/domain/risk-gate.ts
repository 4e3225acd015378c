import { cleanText } from '../../untrusted.js';

/** What a new task says, as the risk gate reads it. */
export interface RiskText {
  readonly title: string;
  readonly description: string;
  readonly requirements: readonly string[];
}

/** Judges a task before any money is locked: why it is blocked, or undefined when it may pass. */
export type RiskGate = (task: RiskText) => string | undefined;

/**
 * The gate by keywords: a word blocks where it begins a word of the text, whatever its case, its Unicode spelling or
 * the invisible characters inside. (The real one also checks by meaning; an own function can take this one's place.)
 */
export function keywordGate(words: readonly string[]): RiskGate {
  const patterns = words.map((word) => new RegExp(`(^|[^\\p{L}\\p{N}])${literal(word.toLowerCase())}`, 'u'));
  return (task) => {
    const text = [task.title, task.description, ...task.requirements].join('\n');
    const plain = cleanText(text.normalize('NFKC'), text.length * 20)
      .toLowerCase()
      .replace(/\s+/g, ' ');
    return patterns.some((pattern) => pattern.test(plain)) ? 'it names something that may not be asked for' : undefined;
  };
}

const literal = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\s+/g, ' ');
