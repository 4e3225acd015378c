/**
 * Faults as somebody could make them in the code that moves money: a small change of text each, and the test that must
 * fail because of it. Paths are from src/.
 */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Relative to test/. */
  readonly killedBy: string;
}

/** The tests that catch them. */
export const BY = {
  SIM: 'properties/schedules.test.ts',
  TOKENS: 'properties/tokens.test.ts',
  SAME_KEY: 'properties/same-key.test.ts',
  LEDGER: 'properties/ledger.test.ts',
  OUTCOMES: 'spending/outcomes.test.ts',
  AGAIN: 'spending/sending-again.test.ts',
  LIMITS: 'spending/limits.test.ts',
  WHICH: 'spending/which-operation.test.ts',
  CONFIRMATION: 'spending/confirmation.test.ts',
  JOURNAL: 'spending/journal.test.ts',
  RESUME: 'spending/resume.test.ts',
} as const;

export const mutant = (name: string, file: string, find: string, replace: string, killedBy: string): Mutant => ({
  name,
  file,
  find,
  replace,
  killedBy,
});
