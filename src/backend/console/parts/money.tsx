import { formatAmount } from '../../../money.js';

/** An amount with its currency, in figures of one width. */
export const Money = ({ units, currency }: { units: bigint; currency: string }) => (
  <span class="money">
    <span class="figure">{grouped(units)}</span> <span class="currency">{currency}</span>
  </span>
);

/** 1234500000000n → "12,345.00" */
export function grouped(units: bigint): string {
  const [whole = '', fraction = ''] = formatAmount(units).split('.');
  return `${whole.replace('-', '−').replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}
