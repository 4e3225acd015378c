/**
 * Labelled points at which a test may kill this process (HIREWIRE_FAILPOINT=W4, or W4@3 for the third time), to prove
 * that a crash anywhere neither loses a hiring nor does or delivers it twice. Without the variable they do nothing.
 *
 *   W0  seen, not claimed                 W1  claimed, no process yet        W2  process there, not written down
 *   W3  written down, not begun           W4  begun                          W5  ended, result not written down
 *   W6  result written down, not sent     W7  files sent, result not sent    W8  answered, not written down
 *   W9  written down as delivered
 */
const wanted = process.env.HIREWIRE_FAILPOINT?.split('@');
let passes = 0;

export type FailPoint = 'W0' | 'W1' | 'W2' | 'W3' | 'W4' | 'W5' | 'W6' | 'W7' | 'W8' | 'W9';
/** Called at each point; whatever it throws is a crash. */
export type Passing = (name: FailPoint) => void;

export const point: Passing = (name) => {
  if (wanted?.[0] !== name) return;
  passes += 1;
  if (passes === Number(wanted[1] ?? 1)) process.kill(process.pid, 'SIGKILL');
};
