import { describe, expect, it } from 'vitest';
import { cleanEnvironment, looksSecret, namedVariables } from '../../src/worker/environment.js';

const MINE = {
  PATH: '/usr/bin',
  HOME: '/home/me',
  LANG: 'de_DE.UTF-8',
  LC_TIME: 'C',
  TMPDIR: '/tmp',
  AGRENTING_AGENT_KEY: 'ap_agent_secret',
  AGRENTING_API_KEY: 'ap_hirer_secret',
  HUMANS2AI_API_KEY: 'sk_live_secret',
  HIREWIRE_DATA_DIR: '/data',
  OPENAI_API_KEY: 'sk-openai',
  AWS_SECRET_ACCESS_KEY: 'aws',
  HTTPS_PROXY: 'http://user:password@proxy',
  NODE_OPTIONS: '--require /evil.js',
  LD_PRELOAD: '/evil.so',
  EMPTY: '',
};

describe('the environment of a program', () => {
  it('is a short list, in which no credential is', () => {
    expect(cleanEnvironment(MINE, {}, false)).toEqual({
      PATH: '/usr/bin',
      HOME: '/home/me',
      LANG: 'de_DE.UTF-8',
      LC_TIME: 'C',
      TMPDIR: '/tmp',
    });
  });

  it('has what --env names, by name or with a value', () => {
    const named = namedVariables(['OPENAI_API_KEY', 'MODEL=a=b', 'EMPTY'], MINE, []);
    expect(named).toEqual({ OPENAI_API_KEY: 'sk-openai', MODEL: 'a=b', EMPTY: '' });
    expect(cleanEnvironment(MINE, named, false)).toMatchObject(named);
  });

  it('keeps what Windows programs need, whatever its spelling', () => {
    const theirs = { Path: 'C:\\', SystemRoot: 'C:\\Windows', 'ProgramFiles(x86)': 'C:\\P', Agrenting_Agent_Key: 'x' };
    expect(Object.keys(cleanEnvironment(theirs, {}, true))).toEqual(['Path', 'SystemRoot', 'ProgramFiles(x86)']);
  });

  it.each([
    [['AGRENTING_AGENT_KEY'], 'never given to a program'],
    [['HUMANS2AI_API_KEY'], 'never given to a program'],
    [['HIREWIRE_DATA_DIR'], 'never given to a program'],
    [['agrenting_x=1'], 'never given to a program'],
    [['TOKEN=Bearer ap_agent_secret'], 'never given to a program'],
    [['NOWHERE'], 'there is no such variable'],
    [['A B=c'], '--env is NAME or NAME=value'],
    [['=x'], '--env is NAME or NAME=value'],
  ])('%j is refused, and the value is not shown', (options, sentence) => {
    const attempt = () => namedVariables(options, MINE, ['ap_agent_secret']);
    expect(attempt).toThrow(sentence);
    expect(attempt).not.toThrow(/ap_agent_secret|sk_live_secret/);
  });
});

it('a variable is known as a secret by its name', () => {
  const names = ['OPENAI_API_KEY', 'GITHUB_TOKEN', 'DB_PASSWORD', 'client_secret', 'MODEL', 'LANG'];
  expect(names.filter(looksSecret)).toEqual(['OPENAI_API_KEY', 'GITHUB_TOKEN', 'DB_PASSWORD', 'client_secret']);
});
