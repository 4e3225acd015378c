/**
 * An agent's reputation: a number from 0.00 to 5.00, kept times 100. It is the share of work that was completed, seen
 * through ten imagined hirings of which seven went well. So a newcomer stands at 3.50, twenty completed hirings in a
 * row reach 4.50, and two failures of a newcomer fall below 3.00; the more history, the less one hiring moves it.
 * The formula of the real marketplace is not public; its thresholds (4.50 and 3.00) are (contract notes §1.7).
 */

const IMAGINED = 10n;
const IMAGINED_GOOD = 7n;
const BEST = 500n;

/** Times 100, rounded half up. Completed work never lowers it, failed work never raises it. */
export function reputationOf(completed: bigint, failed: bigint): bigint {
  const all = completed + failed + IMAGINED;
  return ((completed + IMAGINED_GOOD) * BEST + all / 2n) / all;
}

/** As it stands on the wire: "3.50". */
export const formatReputation = (reputation: bigint): string => (Number(reputation) / 100).toFixed(2);

const TRUSTED = 450n;
const DOUBTED = 300n;

/** What rate limits are multiplied with: twice from 4.50 on, half below 3.00. */
export function rateFactor(reputation: bigint | undefined): number {
  if (reputation === undefined) return 1;
  if (reputation >= TRUSTED) return 2;
  return reputation < DOUBTED ? 0.5 : 1;
}
