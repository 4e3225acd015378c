import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a callback may lead to: public ones, and this machine, because the sandbox runs on a laptop beside
 * the agents that it calls. Private networks, link-local (cloud metadata), and whatever is reserved are refused.
 */

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** IANA's special-purpose registries, less loopback. */
const REFUSED = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  REFUSED.addSubnet(address, prefix, 'ipv4');
}

/** Only global unicast is public in IPv6, and of that neither documentation nor what has an IPv4 address inside. */
const GLOBAL6 = new BlockList();
GLOBAL6.addSubnet('2000::', 3, 'ipv6');
const REFUSED6 = new BlockList();
for (const [address, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  REFUSED6.addSubnet(address, prefix, 'ipv6');
}

/** "loopback", "public", or "refused" for every other address and for what is no address. */
export function classOf(address: string): 'loopback' | 'public' | 'refused' {
  const version = isIP(address);
  if (version === 4) {
    if (LOOPBACK.check(address, 'ipv4')) return 'loopback';
    return REFUSED.check(address, 'ipv4') ? 'refused' : 'public';
  }
  if (version !== 6 || address.includes('%')) return 'refused';
  // An IPv4 address written as ::ffff:a.b.c.d is neither here: it is no global unicast.
  if (LOOPBACK.check(address, 'ipv6')) return 'loopback';
  return GLOBAL6.check(address, 'ipv6') && !REFUSED6.check(address, 'ipv6') ? 'public' : 'refused';
}
