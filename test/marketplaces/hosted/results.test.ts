import { describe, expect, it } from 'vitest';
import { registerSecret } from '../../../src/log.js';
import { contentsOf, promptOf, resultOf } from '../../../src/marketplaces/hosted/results.js';
import { harmIn, PAYLOADS } from '../../hostile-text.js';

const META = { 'io.github.hirewire/mount': 'm' };

describe('the result of a mounted tool', () => {
  it('is handed on block by block', () => {
    const content = [
      { type: 'text', text: 'one\ntwo', annotations: { audience: ['user'], priority: 0.5 } },
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'audio', data: 'aGk=', mimeType: 'audio/wav' },
      { type: 'resource_link', uri: 'demo://a', name: 'a', title: 'A' },
      { type: 'resource', resource: { uri: 'demo://a', mimeType: 'text/plain', text: 'hi' } },
      { type: 'resource', resource: { uri: 'demo://b', blob: 'aGk=' } },
    ];
    const structuredContent = { 'a "key"': [1, null, { deep: true }] };
    const result = resultOf({ content, structuredContent, isError: false, _meta: { 'x/y': 1 } }, 'm', true);
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      content,
      structuredContent,
      isError: false,
      _meta: { 'x/y': 1, ...META },
    });
  });

  it('has nothing in it that nobody can see, and no secret of ours', () => {
    const forget = registerSecret('sk_server_echoed_back');
    const texts = PAYLOADS.filter((_, index) => process.env.SOAK || index % 4 === 0).map(({ text }) => text);
    for (const text of texts) {
      const result = resultOf(
        { content: [{ type: 'text', text }], structuredContent: { [text]: text }, _meta: { a: text } },
        'm',
        false,
      );
      expect(harmIn(result.content[0]?.type === 'text' ? result.content[0].text : '')).toEqual([]);
      for (const [key, value] of Object.entries(result.structuredContent ?? {})) {
        expect(harmIn(key)).toEqual([]);
        expect(harmIn(String(value))).toEqual([]);
      }
    }
    const echoed = resultOf({ content: [{ type: 'text', text: 'your key is sk_server_echoed_back' }] }, 'm', false);
    expect(JSON.stringify(echoed)).not.toContain('sk_server_echoed_back');
    forget();
    console.log(`figure: hostile-results=${texts.length} invisible=0`);
  });

  it('is bounded: all texts together', () => {
    const content = Array.from({ length: 10 }, () => ({ type: 'text', text: 'x'.repeat(300_000) }));
    const length = JSON.stringify(resultOf({ content }, 'm', false)).length;
    expect(length).toBeLessThan(1_010_000);
  });

  it('says where something is left out that is not as MCP says', () => {
    const { content } = resultOf({ content: [{ type: 'video', data: 1 }, 'text', null, { type: 'text' }] }, 'm', false);
    expect(content).toHaveLength(4);
    for (const block of content)
      expect(block).toMatchObject({ type: 'text', text: expect.stringContaining('left out') });
    expect(resultOf({}, 'm', false).content).toEqual([]);
    expect(resultOf({ content: 'no list', structuredContent: [1] }, 'm', false).content).toEqual([
      { type: 'text', text: '[1]' },
    ]);
  });

  it('without the structured content that its tool promises says so, instead of breaking the host', () => {
    const result = resultOf({ content: [{ type: 'text', text: 'done' }] }, 'm', true);
    expect(result.isError).toBe(true);
    expect(result.content).toHaveLength(2);
    expect(result.content[0]).toMatchObject({ text: expect.stringContaining('carried out') });
    expect(resultOf({ content: [], isError: true }, 'm', true).content).toEqual([]);
  });
});

it('a resource and a prompt keep what can be read', () => {
  expect(contentsOf({ contents: [{ uri: 'a:b', text: 'x\u200b' }, { uri: 'a:c' }, 7] })).toEqual({
    contents: [{ uri: 'a:b', text: 'x' }],
  });
  expect(
    promptOf({
      description: 'd',
      messages: [
        { role: 'user', content: { type: 'text', text: 'x' } },
        { role: 'system', content: {} },
      ],
    }),
  ).toEqual({
    description: 'd',
    messages: [{ role: 'user', content: { type: 'text', text: 'x' } }],
  });
});
