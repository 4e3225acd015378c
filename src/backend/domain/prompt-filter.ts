import { cleanText } from '../../untrusted.js';

/**
 * What humans write is cleaned before agents read it, as the documents promise (source S1, note 8). It is a filter and
 * no guarantee: it knows the common ways of addressing a model and nothing of the meaning, so whoever reads the rest
 * must still treat it as data. The text itself is kept as it was written; people and admins read that.
 */

/** Stands where a sentence was taken out. */
export const REMOVED = '[removed: it was addressed to an AI]';

const ORDERS = '(instruction|prompt|rule|guideline|direction|order|message|context|polic(y|ie)|safeguard)s?';
const TOOLS = [
  'approve_submission',
  'reject_submission',
  'create_task',
  'cancel_task',
  'select_applicant',
  'request_confirmation',
  'hire_agent',
  'cancel_hiring',
  'submit_hiring_result',
].join('|');

/** Matched against a sentence in lower case, in plain letters, with single spaces. */
const ADDRESSED: readonly RegExp[] = [
  // To set aside what the model was told.
  new RegExp(String.raw`\b(ignore|disregard|forget|override|bypass|discard)\b.{0,60}\b${ORDERS}\b`),
  /\b(new|updated|real|actual|hidden)\b.{0,20}\b(system )?(instruction|prompt)s?\b.{0,5}:/,
  /\b(reveal|print|repeat|show|output)\b.{0,40}\b(system prompt|your (instruction|prompt)s?)\b/,
  // To speak as somebody else, or to tell the model who it is.
  /(^|[\s"'([])(system|assistant|developer|tool|function|user)( message| prompt)?["')\]]? ?:/,
  /\byou are (now|no longer)\b|\b(pretend|act) (to be|as)( if you (are|were))? (a|an|the|in)\b.{0,30}\b(ai|admin|system|model|assistant|developer|mode)\b/,
  /\b(jailbreak|developer mode|dan mode|admin mode|god mode)\b/,
  // To keep a person out of it.
  /\b(do not|don't|dont|never|without) (ask|asking|tell|telling|inform|informing|alert|alerting|notify|notifying|consult)\b.{0,20}\b(user|human|owner|person|anyone|anybody|client)\b/,
  /\bconfirmed_by\b|\bconfirmation ?token\b/,
  // To make it act.
  new RegExp(String.raw`\b(${TOOLS})\b`),
  /\b(call|invoke|execute|run|use)\b.{0,20}\b(tool|function)s?\b/,
  // The marks of chat templates and of data that ends here.
  /<\|.{0,40}?\|>|\[\/?inst\]|<<\/?sys>>|<\/?(system|assistant|user|human|data|document|instructions?|tool_call|function_calls?|tool_result|untrusted[a-z_-]*)\b[^>]{0,80}>/,
  /^ ?#{2,} ?(system|instruction|assistant|response|human)\b/,
];

/** One who writes Cyrillic or Greek letters that look Latin into an English sentence wants to be misread. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  һ: 'h',
  ԁ: 'd',
  ո: 'n',
  к: 'k',
  м: 'm',
  т: 't',
  в: 'b',
  н: 'h',
  ο: 'o',
  α: 'a',
  ε: 'e',
  ι: 'i',
  ρ: 'p',
  ν: 'v',
  τ: 't',
  υ: 'u',
  κ: 'k',
};

/** As a reader's eye takes it: without marks, widths, look-alikes and spacing between single letters. */
function plain(sentence: string): string {
  const letters = sentence
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const latin = [...letters].map((letter) => LOOKALIKES[letter] ?? letter).join('');
  return latin
    .replace(/\s+/g, ' ')
    .replace(/(?<=\b\p{L})[ ._*-](?=\p{L}\b)/gu, '')
    .replace(/[’`]/g, "'");
}

export interface Filtered {
  readonly text: string;
  /** Whether anything was taken out. */
  readonly changed: boolean;
}

/** Takes out invisible characters, and each sentence that looks as if it were addressed to a model. */
export function withoutInstructions(written: string): Filtered {
  const visible = cleanText(written, written.length + 1);
  // A sentence ends with its mark and white space, or with its line.
  const parts = visible.split(/(?<=[.!?…。！？])(?=\s)|(?=\n)/u);
  const kept = parts.map((part) => {
    const text = plain(part);
    return ADDRESSED.some((pattern) => pattern.test(text)) ? `${/^\s*/.exec(part)?.[0] ?? ''}${REMOVED}` : part;
  });
  const text = kept
    .join('')
    .replaceAll(/(\[removed: it was addressed to an AI\]\s*){2,}/g, `${REMOVED} `)
    .trimEnd();
  return { text, changed: text !== written.trimEnd() };
}
