import { BlockList, isIP } from 'node:net';

/** Lists of addresses that a credential may be used from: exact addresses and CIDR ranges, IPv4 and IPv6. */

interface Range {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

function readRange(entry: string): Range | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return undefined;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix: length };
}

/** The first entry that is neither an address nor a CIDR range. */
export function badEntry(entries: readonly string[]): string | undefined {
  return entries.find((entry) => readRange(entry) === undefined);
}

/**
 * Whether an address is on a stored list (JSON). An IPv4 address that arrives inside IPv6 (::ffff:192.0.2.1) is matched
 * as the IPv4 address it is; what is not an address is on no list.
 */
export function isListed(storedList: string, address: string): boolean {
  const entries: string[] = JSON.parse(storedList);
  const list = new BlockList();
  for (const range of entries.map(readRange)) if (range) list.addSubnet(range.address, range.prefix, range.family);
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
