import { describe, expect, it } from 'vitest';
import { keywordGate } from '../../../src/backend/domain/risk-gate.js';
import { defaultSettings } from '../../../src/backend/env.js';

const gate = keywordGate(defaultSettings.riskWords);
const blocks = (title: string): boolean => gate({ title, description: '', requirements: [] }) !== undefined;

describe('the keyword gate', () => {
  it('blocks a word in any case, spelling and disguise', () => {
    const texts = [
      'a weapon',
      'WEAPONS',
      'ｗｅａｐｏｎ',
      'wea\u200bpon',
      'wea\u00adpon',
      'fake\n id',
      '(stolen)',
      'money-laundering',
    ];
    for (const text of texts) expect(blocks(text), JSON.stringify(text)).toBe(true);
  });

  it('lets words pass that only contain one', () => {
    for (const text of ['Photograph 3 coffee shops', 'beanstalk', 'antimalware', ''])
      expect(blocks(text), text).toBe(false);
  });

  it('reads title, description and requirements', () => {
    const clean = { title: 'a', description: 'b', requirements: ['c'] };
    expect(gate(clean)).toBeUndefined();
    expect(gate({ ...clean, title: 'malware' })).toBeDefined();
    expect(gate({ ...clean, description: 'malware' })).toBeDefined();
    expect(gate({ ...clean, requirements: ['c', 'malware'] })).toBeDefined();
  });

  it('takes words with characters of their own literally', () => {
    const odd = keywordGate(['c++', 'a.b']);
    expect(odd({ title: 'learn C++', description: '', requirements: [] })).toBeDefined();
    expect(odd({ title: 'learn cpp axb', description: '', requirements: [] })).toBeUndefined();
  });
});
