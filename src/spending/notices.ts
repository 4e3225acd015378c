/** Said at start, in the server's instructions and in every result about money, while nothing is real. */
export const SANDBOX_NOTICE =
  'This is the built-in sandbox: play money, simulated agents and humans. Nothing real was paid.';
