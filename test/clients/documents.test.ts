import { describe, expect, it } from 'vitest';
import { ClientConfigError } from '../../src/clients/client.js';
import { ENTRY, fixtureConfig, fixtureText, SOUND_CONFIGS } from './fixture-configs.js';

const linesOf = (text: string) => text.split('\n');

describe.each(SOUND_CONFIGS)('$name', ({ text, format, place }) => {
  const added = format.put(text, place, ENTRY);

  it('holds the entry after it was put in', () => {
    expect(format.servers(added, place.container)[place.name]).toEqual(ENTRY);
  });

  it('keeps every other server, comment and line break', () => {
    const { hirewire: _ours, ...others } = format.servers(added, place.container);
    expect(others).toEqual(format.servers(text, place.container));
    for (const comment of text.match(/(\/\/|\/\*|# ).*/g) ?? []) expect(added).toContain(comment.trim());
    const breaks = (what: string) => new Set(what.match(/\r?\n/g));
    if (breaks(text).size === 1) expect(breaks(added)).toEqual(breaks(text));
  });

  it('is not changed by putting the same entry in again', () => {
    expect(format.put(added, place, ENTRY)).toBe(added);
  });

  it('has no trace of the entry after it was taken out', () => {
    const removed = format.remove(added, place);
    expect(format.servers(removed, place.container)).toEqual(format.servers(text, place.container));
    expect(removed.includes('hirewire.js')).toBe(false);
  });

  it('is not changed by taking out what is not there', () => {
    expect(format.remove(text, place)).toBe(text);
  });

  it('takes new arguments and keeps what somebody else put into the entry', () => {
    const more = { ...ENTRY, cwd: '/srv', disabled: false };
    const theirs = format.put(text, place, more);
    const changed = format.put(theirs, place, { ...ENTRY, args: ['other.js'] });
    expect(format.servers(changed, place.container)[place.name]).toEqual({ ...more, args: ['other.js'] });
  });
});

describe('taking out after putting in', () => {
  // An empty table of servers that we had to add stays behind, and an only comment gets a line break.
  const exact = SOUND_CONFIGS.filter(({ name }) => !/gemini|without a last|codex-no-servers.toml with/.test(name));

  it.each(exact)('gives back $name byte by byte', ({ text, format, place }) => {
    expect(format.remove(format.put(text, place, ENTRY), place)).toBe(text);
  });
});

describe('the layout', () => {
  it('puts a comma before the comment of the last line, and nothing between them', () => {
    const { text, format, place } = fixtureConfig('cursor-comments.json');
    const added = linesOf(format.put(text, place, ENTRY));
    expect(added).toContain('\t\t}, // the last one');
    expect(added).toContain('\t\t"hirewire": {');
    expect(added.filter((line) => !linesOf(text).includes(line)).length).toBe(8);
  });

  it('keeps trailing commas where they are the custom', () => {
    const { text, format, place } = fixtureConfig('vscode-inputs.json');
    expect(format.put(text, place, ENTRY)).toContain('        },\n    },\n}\n');
  });

  it('stays in one line where everything is in one line', () => {
    const { text, format, place } = fixtureConfig('minified.json');
    expect(linesOf(format.put(text, place, ENTRY))).toHaveLength(1);
  });

  it('finds the table of Codex, not the text that looks like it', () => {
    const { text, format, place } = fixtureConfig('codex.toml');
    const added = format.put(text, place, ENTRY);
    expect(added.startsWith(text)).toBe(true);
    expect(added).toMatch(/\n\n\[mcp_servers\.hirewire\]\ncommand = .*\nargs = .*\n$/);
  });

  it('takes out the tables below ours, too, and leaves the comment of the next one', () => {
    const { format, place } = fixtureConfig('codex.toml');
    const text = '[mcp_servers.hirewire]\ncommand = "x"\n\n[mcp_servers.hirewire.env]\nA = "b"\n\n# next\n[tui]\n';
    expect(format.remove(text, place)).toBe('\n# next\n[tui]\n');
  });

  it.each(['', ' \n'])('makes a file of its own out of %j', (text) => {
    const { format, place } = fixtureConfig('minified.json');
    expect(JSON.parse(format.put(text, place, ENTRY))).toEqual({ mcpServers: { hirewire: ENTRY } });
  });
});

describe('a file that cannot be changed', () => {
  it.each([
    ['broken.json', 'line 4 is not valid JSON (comma expected)'],
    ['broken.toml', 'line 3 is not valid TOML'],
    ['servers-is-a-list.json', 'line 2: "mcpServers" must be an object'],
    ['servers-twice.json', 'line 3: "mcpServers" is there twice'],
    ['inline-servers.toml', 'cannot be changed safely; use --print'],
  ])('%s is refused with the line', (name, sentence) => {
    const { text, format, place } = fixtureConfig(name);
    expect(() => format.put(text, place, ENTRY)).toThrow(ClientConfigError);
    expect(() => format.put(text, place, ENTRY)).toThrow(sentence);
  });

  it.each(['[]', '"text"', '{} {}', '{"mcpServers": '])('%j is refused', (text) => {
    const { format, place } = fixtureConfig('minified.json');
    expect(() => format.put(text, place, ENTRY)).toThrow(/line 1/);
  });

  it.each(['cursor-comments.json', 'codex.toml'])('does not turn a remote entry of %s into a local one', (name) => {
    const { format, place } = fixtureConfig(name);
    const text = name.endsWith('.toml')
      ? '[mcp_servers.hirewire]\nurl = "https://example.com"\n'
      : '{"mcpServers": {"hirewire": {"url": "https://example.com"}}}';
    expect(() => format.put(text, place, ENTRY)).toThrow('points to a URL; choose another --name');
  });

  it('is refused at once when it nests without end', () => {
    const { format, place } = fixtureConfig('minified.json');
    expect(() => format.put('{"a":'.repeat(100_000), place, ENTRY)).toThrow(ClientConfigError);
  });

  it('is not needed to print an entry', () => {
    const { format, place } = fixtureConfig('broken.json', fixtureText('broken.json'));
    expect(JSON.parse(format.snippet(place, ENTRY))).toEqual({ mcpServers: { hirewire: ENTRY } });
  });
});
