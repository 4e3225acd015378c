import { writeSync } from 'node:fs';

/**
 * Labelled points at which a test may kill this process (HIREWIRE_FAILPOINT=P1, or P1@3 for the third time), to prove
 * that a crash anywhere neither loses nor doubles a payment. Without the variable they do nothing.
 *
 *   P0  agreed, not written down        P1  written down, not begun        P2  begun, nothing sent
 *   P3  answered, not written down      P4  written down as done, nobody told
 *   P5  half of the answer written to stdout
 */
const wanted = process.env.HIREWIRE_FAILPOINT?.split('@');
let passes = 0;

export type FailPoint = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
/** Called at each point; whatever it throws is a crash. */
export type Passing = (name: FailPoint) => void;

export const point: Passing = (name) => {
  if (name === 'P4' && wanted?.[0] === 'P5') dieInTheMiddleOfAnAnswer();
  if (wanted?.[0] !== name) return;
  passes += 1;
  if (passes === Number(wanted[1] ?? 1)) process.kill(process.pid, 'SIGKILL');
};

/** What is written to stdout next ends in its middle, and so does this process. */
function dieInTheMiddleOfAnAnswer(): void {
  process.stdout.write = (frame: string | Uint8Array) => {
    const bytes = Buffer.from(frame);
    writeSync(1, bytes.subarray(0, bytes.length / 2));
    process.kill(process.pid, 'SIGKILL');
    return true;
  };
}
