import { describe, expect, it } from 'vitest';
import { classOf } from '../../../src/backend/delivery/addresses.js';

describe('the address of a callback', () => {
  it.each(['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
    '%s is this machine',
    (address) => {
      expect(classOf(address)).toBe('loopback');
    },
  );

  it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '2606:4700::1111', '2a00::1'])(
    '%s is public',
    (address) => {
      expect(classOf(address)).toBe('public');
    },
  );

  it.each([
    ['a private network', '10.0.0.1'],
    ['a private network', '172.16.0.1'],
    ['a private network', '172.31.255.255'],
    ['a private network', '192.168.1.1'],
    ['cloud metadata', '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['no address in particular', '0.0.0.0'],
    ['documentation', '192.0.2.1'],
    ['documentation', '203.0.113.9'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['no address in particular', '::'],
    ['a unique local address', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['multicast', 'ff02::1'],
    ['a private address inside IPv6', '::ffff:10.0.0.1'],
    ['a public address inside IPv6', '::ffff:8.8.8.8'],
    ['a translated private address', '64:ff9b::a00:1'],
    ['6to4 of a private address', '2002:a00:1::'],
    ['Teredo', '2001:0:4136:e378::'],
    ['documentation', '2001:db8::1'],
    ['a name', 'localhost'],
    ['nothing', ''],
  ])('%s (%s) is refused', (_, address) => {
    expect(classOf(address)).toBe('refused');
  });
});
