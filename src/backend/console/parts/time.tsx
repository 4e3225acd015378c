/** A time as people say it, exact in its title. */
export const Time = ({ at, now }: { at: string; now: number }) => (
  <time datetime={at} title={exact(at)}>
    {relative(Date.parse(at) - now)}
  </time>
);

/** "2026-03-02T10:30:00.000Z" → "2026-03-02 10:30:00 UTC" */
export const exact = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

const STEPS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** @param ms how far from now; negative is past. */
export function relative(ms: number): string {
  const size = Math.abs(ms);
  const [unit, name] = STEPS.find(([step]) => size >= step) ?? [1_000, 'second'];
  const count = Math.floor(size / unit);
  if (count === 0) return 'just now';
  const text = `${count} ${name}${count === 1 ? '' : 's'}`;
  return ms < 0 ? `${text} ago` : `in ${text}`;
}
