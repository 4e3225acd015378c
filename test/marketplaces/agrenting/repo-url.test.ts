import { describe, expect, it } from 'vitest';
import { repoUrl, repoUrlArgument } from '../../../src/marketplaces/agrenting/contract/scalars.js';
import { hireAgent } from '../../../src/marketplaces/agrenting/tools/hire-agent.js';

const REFUSED = [
  'http://github.com/a/b',
  'git://github.com/a/b',
  'ssh://git@github.com/a/b',
  'git@github.com:a/b.git',
  'file:///etc/passwd',
  'ext::sh -c id',
  'ext::https://github.com/a/b',
  'fd::17',
  '-u./payload',
  '--upload-pack=touch /tmp/x',
  'https://-oProxyCommand=id/x',
  'https://github.com/-a/b',
  'https://github.com/a/--upload-pack=x',
  'https://user@github.com/a/b',
  'https://user:secret@github.com/a/b',
  'https://ghp_token@github.com/a/b',
  'https://@github.com/a/b',
  'https://github.com\\@evil.example/a',
  'https://github.com/a\\b',
  'https://github.com@evil.example/',
  'https://github.com%40evil.example@evil.example/',
  'https://github.com /a/b',
  'https://github.com/a b',
  'https://github.com/a\nb',
  'https://github.com/a\u0000b',
  'https://github.com/a\u202eb',
  'https://gіthub.com/a/b',
  'https:github.com/a/b',
  'https:///github.com/a/b',
  'HTTPS//github.com',
  'github.com/a/b',
  'javascript:alert(1)',
  '$(id)',
  '`id`',
  '',
  `https://github.com/${'a'.repeat(500)}`,
];
const ACCEPTED = [
  'https://github.com/a/b',
  'https://github.com/a/b.git',
  'https://gitlab.example.com:8443/group/sub-group/repo',
  'https://github.com/a/b?ref=main',
  'https://github.com/a/b/tree/feature-x',
  'https://github.com/@scope/repo',
];

describe('the URL of a repository', () => {
  it.each(REFUSED)('%j is refused', (text) => {
    expect(repoUrl.safeParse(text).success).toBe(false);
    expect(repoUrlArgument.safeParse(text).success).toBe(false);
  });

  it.each(ACCEPTED)('%j is accepted', (text) => {
    expect(repoUrl.parse(text)).toBe(text);
    expect(repoUrlArgument.parse(text)).toBe(text);
  });

  it('is checked before hire_agent writes anything down', () => {
    const args = {
      agent_did: 'did:agrenting:alice',
      task_description: 'x',
      capability: 'code',
      max_price: '1.00',
      delivery_mode: 'push',
    };
    expect(hireAgent.input.safeParse({ ...args, repo_url: 'https://github.com/a/b' }).success).toBe(true);
    for (const repo_url of REFUSED) expect(hireAgent.input.safeParse({ ...args, repo_url }).success).toBe(false);
  });
});
