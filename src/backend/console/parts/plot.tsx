import { grouped } from './money.js';
import { exact } from './time.js';

export interface Level {
  readonly at: string;
  readonly balance: bigint;
}

const WIDTH = 600;
const HEIGHT = 160;

/**
 * A balance after each change, in even steps: what happened within a second stays as visible as what took a week. The
 * times of both ends stand below it.
 */
export function Plot({ levels, currency, label }: { levels: readonly Level[]; currency: string; label: string }) {
  const [first, last] = [levels[0], levels.at(-1)];
  if (!first || !last) return null;
  const highest = levels.reduce((max, { balance }) => (balance > max ? balance : max), 1n);
  const width = WIDTH / levels.length;
  const x = (step: number) => Math.round(step * width * 10) / 10;
  // Whole pixels are enough for the eye; the amounts stand beside it as text.
  const y = (balance: bigint) => HEIGHT - Number((balance * BigInt(HEIGHT - 8)) / highest) - 2;
  const steps = levels.map(({ balance }, at) => `V${y(balance)} H${x(at + 1)}`);
  const path = `M0 ${y(first.balance)} ${steps.join(' ')}`;
  const described = `${label}: ${levels.length} levels, from ${grouped(first.balance)} to ${grouped(last.balance)} ${currency}, at most ${grouped(highest)}`;
  return (
    <figure class="plot">
      <figcaption>{label}</figcaption>
      <span class="scale figure">{`${grouped(highest)} ${currency}`}</span>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={described}>
        <path class="area" d={`${path} V${HEIGHT} H0 z`} />
        <path class="line" d={path} />
      </svg>
      <p class="axis figure">
        <span>{exact(first.at)}</span>
        <span>{exact(last.at)}</span>
      </p>
    </figure>
  );
}
