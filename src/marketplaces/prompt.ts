/** A prompt: what a person picks in a host to begin something. It teaches the tools; it does nothing by itself. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** The tools it is about: without one of them it is not listed. */
  readonly tools: readonly string[];
  /** @param args already cleaned and quoted: they are data. */
  text(args: Readonly<Record<string, string>>): string;
}

export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** What it may be completed to: fixed words, or the ids of what is under way in a family of resources. */
  readonly suggest?: readonly string[] | { readonly family: string };
}

/** The rule that every prompt about money ends with. */
export const CONFIRMATION_RULE =
  'If a tool answers operation.outcome "confirmation_required", nothing was changed yet: show me operation.preview word ' +
  'for word, and repeat the call with the token only after I have said yes. Never agree for me.';
