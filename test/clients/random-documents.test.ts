import fc from 'fast-check';
import { createScanner } from 'jsonc-parser';
import { stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { jsonDocument } from '../../src/clients/json-document.js';
import { tomlDocument } from '../../src/clients/toml-document.js';
import { ENTRY } from './fixture-configs.js';

/** Files that nobody thought of: any content, any layout, comments anywhere. */

const END = 17;
const key = fc.stringMatching(/^[a-z"\\ é{},/#'=[\]-]{1,8}$/).filter((name) => name !== '__proto__');
const server = fc.record({ command: fc.string(), args: fc.array(fc.string(), { maxLength: 3 }) });
const servers = fc.dictionary(key, server, { maxKeys: 3 });

const documents = fc
  .record({
    before: fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    servers: fc.option(servers, { nil: undefined }),
    after: fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  })
  .map(({ before, servers: some, after }) => ({ ...before, ...(some ? { mcpServers: some } : {}), ...after }));

/** The text with a comment after every token of the given numbers. */
function commented(text: string, places: readonly number[], eol: string): string {
  const scanner = createScanner(text, true);
  const ends: number[] = [];
  while (Number(scanner.scan()) !== END) ends.push(scanner.getPosition());
  let out = text;
  const chosen = [...new Set(places.map((place) => ends[place % ends.length] ?? 0))].sort((a, b) => b - a);
  for (const [index, end] of chosen.entries()) {
    const comment = index % 2 === 0 ? ` /* c${index} */` : ` // c${index}${eol}`;
    out = out.slice(0, end) + comment + out.slice(end);
  }
  return out;
}

describe('any JSON file with comments', () => {
  const place = { container: 'mcpServers', name: 'hirewire' };

  it('takes the entry, keeps every other value and comment, and gives it back', () => {
    fc.assert(
      fc.property(
        documents,
        fc.constantFrom(undefined, 2, 4, '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat(200), { maxLength: 6 }),
        (document, indent, eol, places) => {
          const text = commented(JSON.stringify(document, null, indent).replaceAll('\n', eol), places, eol);
          const added = jsonDocument.put(text, place, ENTRY);
          expect(jsonDocument.servers(added, 'mcpServers').hirewire).toEqual(ENTRY);
          const comments = (what: string) => what.match(/\/\* c\d+ \*\/|\/\/ c\d+/g)?.sort() ?? [];
          expect(comments(added)).toEqual(comments(text));
          const removed = jsonDocument.remove(added, place);
          expect(jsonDocument.servers(removed, 'mcpServers')).toEqual(jsonDocument.servers(text, 'mcpServers'));
          expect(comments(removed)).toEqual(comments(text));
          const untouched = jsonDocument.servers(text, 'mcpServers');
          if (Object.keys(untouched).length > 0 && places.length === 0) expect(removed).toBe(text);
        },
      ),
      { numRuns: 2_000, seed: 20_261_121 },
    );
  });
});

describe('any TOML file', () => {
  const place = { container: 'mcp_servers', name: 'hirewire' };
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
  const table = fc.dictionary(key, value, { maxKeys: 3 });

  it('takes the entry, keeps every other line, and gives it back', () => {
    fc.assert(
      fc.property(
        table,
        fc.dictionary(key, table, { maxKeys: 3 }),
        servers,
        fc.boolean(),
        (top, tables, some, crlf) => {
          const plain = `${stringify({ ...top, ...tables, mcp_servers: some })}\n# the end\n`;
          const text = crlf ? plain.replaceAll('\n', '\r\n') : plain;
          const added = tomlDocument.put(text, place, ENTRY);
          expect(added.startsWith(text)).toBe(true);
          expect(tomlDocument.servers(added, 'mcp_servers').hirewire).toEqual(ENTRY);
          expect(tomlDocument.remove(added, place)).toBe(text);
        },
      ),
      { numRuns: 1_000, seed: 20_261_121 },
    );
  });
});
