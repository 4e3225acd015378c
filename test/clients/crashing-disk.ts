import { type Disk, realDisk } from '../../src/clients/disk.js';

/** What a process leaves behind that was ended in the middle: from the fatal step on, nothing is done any more. */
export class Ended extends Error {}

/**
 * A disk whose process ends at its n-th step: after half of the bytes when the step creates a file.
 * @param before what happens just before a step, by its number: other programs do not wait.
 */
export function crashingDisk(
  fatal: number,
  before: (step: number) => void = () => undefined,
): Disk & { steps(): number } {
  let steps = 0;
  const step = <T>(run: () => T, half: () => void = () => undefined): T => {
    steps += 1;
    if (steps > fatal) throw new Ended();
    before(steps);
    if (steps === fatal) {
      half();
      throw new Ended();
    }
    return run();
  };
  return {
    steps: () => steps,
    resolve: (path) => step(() => realDisk.resolve(path)),
    read: (path) => step(() => realDisk.read(path)),
    facts: (path) => step(() => realDisk.facts(path)),
    makeFolder: (path) => step(() => realDisk.makeFolder(path)),
    create: (path, bytes, like) =>
      step(
        () => realDisk.create(path, bytes, like),
        () => void realDisk.create(path, bytes.subarray(0, bytes.length / 2), like),
      ),
    rename: (from, to) => step(() => realDisk.rename(from, to)),
    remove: (path) => step(() => realDisk.remove(path)),
  };
}
