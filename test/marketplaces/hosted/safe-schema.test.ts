import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeInput, safeOutput } from '../../../src/marketplaces/hosted/safe-schema.js';
import { harmIn } from '../../hostile-text.js';

const plain = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Where', enum: ['Rome', 'Oslo'], default: 'Rome' },
    days: { type: 'integer', minimum: 1, maximum: 14 },
    either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    list: { type: 'array', items: { $ref: '#/$defs/item' } },
    // Names of the author's own, which are no keywords.
    type: { type: 'string' },
    enum: { type: 'string' },
    anyOf: { type: 'string' },
    constructor: { type: 'string' },
  },
  $defs: { item: { type: 'object', properties: { a: { type: 'string' } } } },
  required: ['city'],
  additionalProperties: false,
};

describe('a schema of arguments', () => {
  it('that is plain comes out as it went in', () => {
    expect(safeInput(plain)).toEqual(plain);
    expect(safeInput({ type: 'object' })).toEqual({ type: 'object' });
    expect(safeInput({ type: 'object', properties: {} })).toEqual({ type: 'object', properties: {} });
  });

  it('with alternatives at its root becomes one object: all properties, required is what each requires', () => {
    const byId = {
      type: 'object',
      properties: { id: { type: 'string' }, deep: { type: 'boolean' } },
      required: ['id', 'deep'],
    };
    const byName = {
      type: 'object',
      properties: { name: { type: 'string' }, deep: { type: 'boolean' } },
      required: ['name', 'deep'],
    };
    expect(safeInput({ oneOf: [byId, byName], description: 'One of them' })).toEqual({
      type: 'object',
      description: 'One of them',
      properties: { id: { type: 'string' }, deep: { type: 'boolean' }, name: { type: 'string' } },
      required: ['deep'],
    });
    expect(safeInput({ allOf: [byId, byName] }).required).toEqual(['id', 'deep', 'name']);
    expect(safeInput({ $ref: '#/$defs/q', $defs: { q: byId } })).toMatchObject({
      type: 'object',
      required: ['id', 'deep'],
    });
  });

  it('loses null, wherever it stands, and keeps what is beside it', () => {
    const { properties } = safeInput({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], default: null },
        b: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], description: 'B' },
        c: { enum: ['x', null] },
        d: { type: 'array', items: { type: ['number', 'null'] } },
      },
    });
    expect(properties).toEqual({
      a: { type: 'string' },
      b: { type: 'integer', minimum: 1, description: 'B' },
      c: { enum: ['x'] },
      d: { type: 'array', items: { type: 'number' } },
    });
  });

  it('points nowhere outside itself', () => {
    const schema = safeInput({ type: 'object', properties: { a: { $ref: 'https://example.org/a.json' } } });
    expect(schema.properties).toEqual({ a: {} });
  });

  it('is one plain object within bounds, whatever it is made of', () => {
    const words = fc.constantFrom(
      'type',
      'anyOf',
      'oneOf',
      'allOf',
      '$ref',
      'properties',
      'required',
      'null',
      'object',
      'enum',
      '__proto__',
      'a\u202e',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        words,
        fc.constant(null),
        fc.boolean(),
        fc.string(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(words, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const runs = process.env.SOAK ? 50_000 : 2_000;
    let seen = 0;
    fc.assert(
      fc.property(value, (raw) => {
        const schema = safeInput(raw);
        seen += 1;
        expect(schema.type).toBe('object');
        for (const word of ['anyOf', 'oneOf', 'allOf', '$ref', 'enum']) expect(Object.keys(schema)).not.toContain(word);
        for (const property of Object.values({ ...Object(schema.properties) })) expect(typeof property).toBe('object');
        expect(Array.isArray(schema.required ?? [])).toBe(true);
        expect(harmIn(JSON.stringify(schema))).toEqual([]);
        expect(JSON.stringify(safeInput(schema))).toBe(JSON.stringify(schema));
      }),
      { numRuns: runs, seed: 20_261_121 },
    );
    console.log(`figure: schemas=${seen} unsafe=0 seed=20261121`);
  });
});

describe('a schema of results', () => {
  it('is shown as it is when it is one of an object, and else not at all', () => {
    const nullable = { type: 'object', properties: { a: { type: ['string', 'null'] } }, required: ['a'] };
    expect(safeOutput(nullable)).toEqual(nullable);
    expect(safeOutput({ type: 'string' })).toBeUndefined();
    expect(safeOutput('nothing')).toBeUndefined();
  });
});
