import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposedNames, type Offered } from '../../../src/marketplaces/hosted/names.js';
import { matches, prefixed, unprefixed } from '../../../src/marketplaces/hosted/uris.js';

const OURS = new Set(['hire_agent', 'get_task', 'files_read']);
const named = (...offered: (readonly [mount: string, name: string, prefix?: boolean])[]) =>
  exposedNames(
    offered.map(([mount, name, prefix = false]) => ({ mount, name, prefix })),
    OURS,
  );

describe('the name of a mounted tool', () => {
  it('is its own where nothing else has it, and NAME_tool where it is ours, or asked for', () => {
    expect(named(['dojo', 'send-notification'])).toEqual(['send-notification']);
    expect(named(['dojo', 'hire_agent'])).toEqual(['dojo_hire_agent']);
    expect(named(['dojo', 'search', true])).toEqual(['dojo_search']);
  });

  it('is kept by neither of two that have it: what it means does not depend on who is there', () => {
    expect(named(['a', 'search'], ['b', 'search'])).toEqual(['a_search', 'b_search']);
  });

  it('cannot be made to look like one of ours', () => {
    const [name] = named(['files', 'read', true]);
    expect(name).toMatch(/^files_read_[0-9a-f]{6}$/);
  });

  it('is safe and its own, whatever the servers call their tools', () => {
    const word = fc.oneof(
      fc.string({ minLength: 1, maxLength: 100 }),
      fc.constantFrom('a', 'a_b', 'b', 'hire_agent', 'a b', 'a.b', 'x'.repeat(64), 'x'.repeat(65)),
    );
    const offered: fc.Arbitrary<Offered[]> = fc.uniqueArray(
      fc.record({ mount: fc.constantFrom('a', 'a-b', 'b'), name: word, prefix: fc.boolean() }),
      { selector: ({ mount, name }) => `${mount} ${name}`, maxLength: 30 },
    );
    let count = 0;
    fc.assert(
      fc.property(offered, (list) => {
        const names = exposedNames(list, OURS);
        count += names.length;
        expect(new Set(names).size).toBe(list.length);
        for (const name of names) {
          expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
          expect(OURS.has(name)).toBe(false);
        }
        // In another order every tool has the same name.
        expect(exposedNames(list.toReversed(), OURS).toReversed()).toEqual(names);
      }),
      { numRuns: 2_000, seed: 20_261_121 },
    );
    console.log(`figure: names=${count} unsafe=0 double=0 seed=20261121`);
  });
});

describe('the URI of a mounted resource', () => {
  it('fits a template of its server', () => {
    expect(matches('demo://item/{id}', 'demo://item/7')).toBe(true);
    expect(matches('demo://item/{id}/text', 'demo://item/7')).toBe(false);
    expect(matches('demo://{a}/x/{b}', 'demo://1/x/2')).toBe(true);
    expect(matches('demo://{+path}', 'demo://a/b/c')).toBe(true);
    expect(matches('demo://fixed', 'demo://fixed')).toBe(true);
    expect(matches('demo://fixed', 'demo://fixed/more')).toBe(false);
  });

  it('is still a URI when it is marked with its mount', () => {
    const uri = prefixed('dojo', 'https://example.org/a');
    expect(URL.canParse(uri)).toBe(true);
    expect(unprefixed('dojo', uri)).toBe('https://example.org/a');
  });
});
