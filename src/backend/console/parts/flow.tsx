import { Money } from './money.js';
import { Name } from './text.js';

/** Money of one hiring or task: who put it in, what is held, who has it. 10^-8 units; the parts sum to `locked`. */
export interface MoneyState {
  readonly currency: string;
  readonly locked: bigint;
  readonly held: bigint;
  readonly paid: bigint;
  readonly fee: bigint;
  readonly refunded: bigint;
}

/** Where the money is: three purses and what passed between them. The one that has it now stands out. */
export function Flow({
  money,
  payer,
  payee,
  price,
}: {
  money: MoneyState;
  payer: string;
  payee: string | undefined;
  price: bigint;
}) {
  const { currency, locked, held, paid, fee, refunded } = money;
  const before = locked === 0n;
  return (
    <figure class="flow">
      <figcaption>
        <h2>Where the money is</h2>
        <p>{sentence(money, price)}</p>
      </figcaption>
      <ol>
        <li class={before || refunded > 0n ? 'purse here' : 'purse'}>
          <span class="who">Hirer</span>
          <Name text={payer} max={40} />
          <span class="what">
            {before ? 'keeps ' : refunded > 0n ? 'got back ' : 'paid in '}
            <Money units={before ? price : refunded > 0n ? refunded : locked} currency={currency} />
          </span>
        </li>
        <li class={`pipe ${before ? 'off' : refunded > 0n ? 'back' : 'on'}`} aria-hidden="true" />
        <li class={held > 0n ? 'purse here held' : 'purse'}>
          <span class="who">Escrow</span>
          <span class="name">{held > 0n ? 'locked' : 'empty'}</span>
          <span class="what">
            holds <Money units={held} currency={currency} />
          </span>
        </li>
        <li class={`pipe ${paid > 0n ? 'on' : 'off'}`} aria-hidden="true" />
        <li class={paid > 0n ? 'purse here' : 'purse'}>
          <span class="who">Worker</span>
          {payee === undefined ? <span class="name">nobody yet</span> : <Name text={payee} max={40} />}
          <span class="what">
            received <Money units={paid} currency={currency} />
          </span>
          <span class="fee">
            {fee > 0n ? 'platform fee ' : 'no fee taken'}
            {fee > 0n ? <Money units={fee} currency={currency} /> : ''}
          </span>
        </li>
      </ol>
    </figure>
  );
}

function sentence({ locked, held, paid, refunded }: MoneyState, price: bigint): string {
  if (price === 0n) return 'This one is free: no money is involved.';
  if (held > 0n) return 'It is held in escrow. Nobody can spend it until the work is settled.';
  if (paid > 0n && refunded > 0n) return 'It was split between the two sides.';
  if (paid > 0n) return 'It was paid to whoever did the work, less the fee of the platform.';
  if (refunded > 0n) return 'It went back to the hirer in full.';
  return locked === 0n ? 'Nothing was moved.' : 'It is on its way.';
}
