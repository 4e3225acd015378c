/**
 * Labelled points at which a test may kill this process (HIREWIRE_FAILPOINT=P1, or P1@3 for the third time), to prove
 * that a crash anywhere neither loses nor doubles a payment. Without the variable they do nothing.
 *
 *   P0  agreed, not written down        P1  written down, not begun        P2  begun, nothing sent
 *   P3  answered, not written down      P4  written down as done, nobody told
 */
const wanted = process.env.HIREWIRE_FAILPOINT?.split('@');
let passes = 0;

export type FailPoint = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
/** Called at each point; whatever it throws is a crash. */
export type Passing = (name: FailPoint) => void;

export const point: Passing = (name) => {
  if (wanted?.[0] !== name) return;
  passes += 1;
  if (passes === Number(wanted[1] ?? 1)) process.kill(process.pid, 'SIGKILL');
};
