import { CredentialError } from '../../credentials/store.js';
import { describeError, HirewireError } from '../../errors.js';
import { redact } from '../../log.js';

/** Runs a command whose refusals are sentences, not stacks. @returns its exit code, or 1. */
export async function explained(action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    process.stderr.write(`hirewire: ${redact(sentence)}\n`);
    return 1;
  }
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof CredentialError) return `${error.problem}: ${error.message} ${error.next}`;
  return error instanceof HirewireError ? describeError(error.facts) : undefined;
}
