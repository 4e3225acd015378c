import { describe, expect, it } from 'vitest';
import { mountOf, mountsOf } from '../../src/config/mounts.js';
import { SettingsError } from '../../src/config/settings-error.js';

const one = (flags: readonly string[], env: NodeJS.ProcessEnv = {}) => mountsOf(flags, {}, env)[0];

describe('--mount', () => {
  it('is NAME=URL, and the URL stays as it is', () => {
    expect(one(['files=http://127.0.0.1:3001/messages/'])).toMatchObject({
      name: 'files',
      kind: 'auto',
      auth: 'bearer',
    });
    expect(one(['files=http://127.0.0.1:3001/messages/'])?.url.href).toBe('http://127.0.0.1:3001/messages/');
    expect(one(['a=https://example.org/api/v1'])?.url.href).toBe('https://example.org/api/v1');
  });

  it('knows AgentDojo by its host: its header and its limit', () => {
    expect(one(['dojo=https://api.agentdojo.dev/mcp/slug'])).toMatchObject({
      kind: 'agentdojo',
      auth: 'x-api-key',
      perMinute: 100,
    });
  });

  it('takes its key from a variable of its own', () => {
    expect(one(['my-files=https://example.org/mcp'], { HIREWIRE_MOUNT_MY_FILES_KEY: ' sk_1 ' })?.key).toBe('sk_1');
    expect(one(['files=https://example.org/mcp'], { HIREWIRE_MOUNT_MY_FILES_KEY: 'sk_1' })?.key).toBeUndefined();
  });

  it.each([
    ['files', '--mount is NAME=URL'],
    ['=http://127.0.0.1/mcp', '--mount is NAME=URL'],
    ['Files=http://127.0.0.1/mcp', '"Files" is no name for a mount'],
    ['a_b=http://127.0.0.1/mcp', '"a_b" is no name for a mount'],
    ['../up=http://127.0.0.1/mcp', 'is no name for a mount'],
    ['files=http://example.org/mcp', 'must use https'],
    ['files=https://example.org/mcp?key=1', 'must not contain a query'],
    ['files=https://me:secret@example.org/mcp', 'must not contain a user name'],
    ['files=file:///etc/passwd', 'is not a URL'],
  ])('%s is refused', (flag, sentence) => {
    expect(() => one([flag])).toThrow(SettingsError);
    expect(() => one([flag])).toThrow(sentence);
  });

  it('keeps what the settings file says of the same URL, and nothing of another one', () => {
    const file = { files: { url: 'https://example.org/mcp', deny: ['write'], trusted: true } };
    expect(mountsOf(['files=https://example.org/mcp'], file, {})).toMatchObject([{ deny: ['write'], inFile: true }]);
    expect(mountsOf(['files=https://example.com/mcp'], file, {})).toMatchObject([
      { deny: [], trusted: false, inFile: false },
    ]);
  });

  it('gives the same order, however they are given', () => {
    const [a, b] = ['a=https://example.org/a', 'b=https://example.org/b'];
    expect(mountsOf([b, a], {}, {}).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

it('a key that cannot be sent is refused without being shown', () => {
  const env = { HIREWIRE_MOUNT_FILES_KEY: 'two words' };
  expect(() => mountOf('files', { url: 'https://example.org' }, env, true)).toThrow(
    /HIREWIRE_MOUNT_FILES_KEY(?!.*two words)/,
  );
});
