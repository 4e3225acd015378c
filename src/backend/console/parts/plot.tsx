import { grouped } from './money.js';
import { exact } from './time.js';

export interface Level {
  readonly at: string;
  readonly balance: bigint;
}

const WIDTH = 600;
const HEIGHT = 160;

/** A balance over time, as steps: it stays what it was until it changes. */
export function Plot({ levels, currency, label }: { levels: readonly Level[]; currency: string; label: string }) {
  const [first, last] = [levels[0], levels.at(-1)];
  if (!first || !last || levels.length < 2) return null;
  const [from, to] = [Date.parse(first.at), Date.parse(last.at)];
  const highest = levels.reduce((max, { balance }) => (balance > max ? balance : max), 1n);
  const x = (at: string) => Math.round(((Date.parse(at) - from) / Math.max(1, to - from)) * WIDTH * 10) / 10;
  // Whole pixels are enough for the eye; the amounts stand beside it as text.
  const y = (balance: bigint) => HEIGHT - Number((balance * BigInt(HEIGHT - 8)) / highest) - 2;
  const steps = levels.slice(1).map(({ at, balance }) => `H${x(at)} V${y(balance)}`);
  const path = `M0 ${y(first.balance)} ${steps.join(' ')} H${WIDTH}`;
  return (
    <figure class="plot">
      <figcaption>{label}</figcaption>
      <div class="frame">
        <span class="top-label figure">{`${grouped(highest)} ${currency}`}</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${label}: from ${grouped(first.balance)} to ${grouped(last.balance)} ${currency}, at most ${grouped(highest)}`}
        >
          <path class="area" d={`${path} V${HEIGHT} H0 z`} />
          <path class="line" d={path} />
        </svg>
        <span class="bottom-label figure">{`0 ${currency}`}</span>
      </div>
      <p class="axis quiet">
        <span>{exact(first.at)}</span>
        <span>{exact(last.at)}</span>
      </p>
    </figure>
  );
}
