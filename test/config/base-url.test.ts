import { describe, expect, it } from 'vitest';
import { baseUrl } from '../../src/config/base-url.js';
import { SettingsError } from '../../src/config/settings-error.js';

const check = (text: string): URL => baseUrl(text, 'AGRENTING_URL');

describe('a base URL', () => {
  it.each([
    ['https://agrenting.com', 'https://agrenting.com/'],
    ['https://agrenting.com/', 'https://agrenting.com/'],
    ['https://agrenting.com/api/v1', 'https://agrenting.com/'],
    ['https://agrenting.com/api/v1/', 'https://agrenting.com/'],
    ['  https://agrenting.com\n', 'https://agrenting.com/'],
    ['HTTPS://Agrenting.COM', 'https://agrenting.com/'],
    ['https://example.com/market/api/v1/', 'https://example.com/market'],
    ['https://example.com/market//', 'https://example.com/market'],
    ['https://example.com/market//api/v1', 'https://example.com/market'],
    ['https://example.com:8443', 'https://example.com:8443/'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010/'],
    ['http://localhost:4010/api/v1', 'http://localhost:4010/'],
    ['http://[::1]:4010', 'http://[::1]:4010/'],
    // The person's own choice: a marketplace in a private network, over https.
    ['https://10.0.0.8', 'https://10.0.0.8/'],
    ['https://[fd00::8]/api/v1', 'https://[fd00::8]/'],
  ])('%j is %s', (text, expected) => {
    expect(check(text).href).toBe(expected);
  });

  it.each([
    ['agrenting.com', 'is not a URL'],
    ['', 'is not a URL'],
    ['https://', 'is not a URL'],
    ['http://agrenting.com', 'must use https'],
    ['https://me:secret@agrenting.com', 'user name or password'],
    ['https://agrenting.com?x=1', 'query or a fragment'],
    ['https://agrenting.com/#', 'query or a fragment'],
  ])('%j is refused with one sentence that names the setting', (text, reason) => {
    expect(() => check(text)).toThrow(SettingsError);
    expect(() => check(text)).toThrow(reason);
    expect(() => check(text)).toThrow(/^AGRENTING_URL /);
    expect(() => check(text)).not.toThrow('secret');
  });
});

/** Plain http to anything that is not this machine, and every way to make an address look like another one. */
const REFUSED = [
  // Plain http to the world, to private networks and to metadata services.
  'http://agrenting.com',
  'http://93.184.216.34',
  'http://10.0.0.1',
  'http://172.16.0.1',
  'http://192.168.1.1',
  'http://169.254.169.254/latest/meta-data',
  'http://100.64.0.1',
  'http://0.0.0.0:4010',
  'http://0:4010',
  'http://0x0:4010',
  'http://[::]:4010',
  'http://[fe80::1]',
  'http://[fd00::1]',
  'http://metadata.google.internal',
  // Numbers that are not loopback.
  'http://3232235777',
  'http://0xc0a80101',
  'http://0300.0250.1.1',
  'http://2852039166',
  'http://128.0.0.1',
  'http://126.255.255.255',
  // IPv6 forms that carry an IPv4 address.
  'http://[::ffff:127.0.0.1]:4010',
  'http://[::ffff:7f00:1]',
  'http://[::127.0.0.1]',
  'http://[::7f00:1]',
  'http://[64:ff9b::7f00:1]',
  'http://[64:ff9b::127.0.0.1]',
  'http://[2002:7f00:1::]',
  'http://[::ffff:0:127.0.0.1]',
  'http://[::ffff:10.0.0.1]',
  'http://[0:0:0:0:0:0:0:0]',
  'http://[::2]',
  'http://[1::1]',
  // Names that only look like this machine.
  'http://localhost.',
  'http://localhost.evil.example',
  'http://evil-localhost',
  'http://localhost.localdomain',
  'http://127.0.0.1.nip.io',
  'http://127.0.0.1.evil.example',
  'http://127-0-0-1.evil.example',
  'http://localtest.me',
  'http://ip6-localhost',
  'http://xn--localhost-',
  'http://lοcalhost',
  'http://loc\u00adalhost.evil.example',
  // A user name that looks like the host.
  'http://127.0.0.1@evil.example',
  'http://localhost:4010@evil.example',
  'http://localhost%40evil.example',
  'https://agrenting.com@evil.example',
  'https://agrenting.com:443@evil.example',
  'https://agrenting.com%2f@evil.example',
  'https://agrenting.com%00@evil.example',
  'https://@evil.example',
  'https://:@evil.example',
  'https://:secret@evil.example',
  'https://user@agrenting.com',
  'https://agrenting.com\\@evil.example',
  'https://agrenting.com/\\@evil.example',
  'http://127.0.0.1\\@evil.example',
  'https://evil.example/@agrenting.com',
  // What URL parsers forgive.
  'https:agrenting.com',
  'https:/agrenting.com',
  'https:\\\\agrenting.com',
  'https:///agrenting.com',
  'https:///agrenting.com\\evil',
  'https://agrenting.com\\.evil.example',
  'https://agren\tting.com',
  'https://agren\nting.com',
  'ht\ntps://agrenting.com',
  'https://agrenting.com\u0000.evil.example',
  'https://agrenting.com .evil.example',
  'https://agrenting.com\u2028.evil.example',
  '//agrenting.com',
  'agrenting.com:443',
  // Not a host at all.
  'http://127.0.0.1:99999',
  'http://127.0.0.256',
  'http://127.0.0.1.1',
  'http://0x7f.0.0.0.1',
  'http://256.256.256.256',
  'http://999999999999',
  'http://[::1',
  'http://::1',
  'http://[::1]evil.example',
  'http://[127.0.0.1]',
  'https://%zz',
  'https://exa mple.com',
  // Other schemes.
  'ftp://127.0.0.1',
  'ws://127.0.0.1',
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'gopher://127.0.0.1:6379/_INFO',
  'javascript://127.0.0.1/%0aalert(1)',
  'javascript:alert(1)',
  'data:text/html,x',
  'unix:/var/run/docker.sock',
  'http+unix://%2Fvar%2Frun%2Fdocker.sock',
  'ext::sh -c id',
  'httpss://agrenting.com',
  'view-source:https://agrenting.com',
  'blob:https://agrenting.com/x',
];

/** Odd spellings of this machine: what is connected to is loopback, so plain http may stay. */
const LOOPBACK = [
  'http://127.0.0.1',
  'http://127.1',
  'http://127.255.255.254',
  'http://2130706433',
  'http://0x7f000001',
  'http://0x7f.1',
  'http://0177.0.0.1',
  'http://017700000001',
  'http://127.0.0.1.',
  'http://①②⑦.⓪.⓪.①',
  'http://127。0。0。1',
  'http://LOCALHOST',
  'http://localhost:4010',
  'http://[::1]',
  'http://[0:0:0:0:0:0:0:1]',
  'http://[0000::0001]:4010',
];

describe('the spellings of a base URL', () => {
  it.each(REFUSED)('%j is refused', (text) => {
    expect(() => check(text)).toThrow(SettingsError);
  });

  it.each(LOOPBACK)('%j is this machine, written plainly', (text) => {
    const { protocol, hostname } = check(text);
    expect(protocol).toBe('http:');
    expect(hostname).toMatch(/^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])$/);
  });

  it('let only https pass, or plain http to this machine, and never a user name', () => {
    let passed = 0;
    for (const text of [...REFUSED, ...LOOPBACK]) {
      // The same with other schemes, ports, paths and a blank around it.
      const rest = text.replace(/^[a-z+-]+:(\/\/)?/i, '');
      for (const variant of [
        text,
        `http://${rest}`,
        `https://${rest}`,
        `${text}/api/v1`,
        `http://${rest}:80`,
        ` ${text} `,
      ]) {
        let url: URL;
        try {
          url = check(variant);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          continue;
        }
        passed += 1;
        expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
        if (url.protocol !== 'https:') {
          expect(url.protocol).toBe('http:');
          expect(url.hostname).toMatch(/^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])$/);
        }
      }
    }
    console.log(
      `figure: ssrf-spellings=${REFUSED.length + LOOPBACK.length} refused=${REFUSED.length} plain-http-elsewhere=0`,
    );
    expect(REFUSED.length).toBeGreaterThanOrEqual(80);
    expect(passed).toBeGreaterThan(LOOPBACK.length);
  });
});
