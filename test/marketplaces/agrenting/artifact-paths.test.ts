import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusalOf } from '../context.js';
import { answering, call, json, openSandbox, type Sandbox } from './sandbox.js';

/** What an agent calls its files, and where it says that they are, leads nowhere: a file is read by its id alone. */

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox.backend.close();
});

const ID = '0d3a0000-0000-4000-8000-00000000aaaa';
const HIRING = '0d3a0000-0000-4000-8000-00000000bbbb';
const ADDRESSES = [
  'http://169.254.169.254/latest/meta-data/',
  'http://127.0.0.1:6379/',
  'http://[::1]/',
  'http://0x7f.1/',
  'http://2130706433/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:25/',
  '//evil.example/x',
  'https://evil.example/x',
  'data:text/plain,x',
];
const PATHS = [
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e/%2e%2e/admin',
  '..\\..\\windows\\win.ini',
  '/etc/passwd',
  'C:\\Windows\\win.ini',
  '\\\\host\\share',
  '.',
  '..',
  '',
  ' ',
  'a\u0000b',
  `${ID}/../../../admin`,
  `${ID}?x=1`,
  `${ID}#x`,
  `${ID}%00`,
  `${ID}\n`,
  '．．／etc',
  '~/.ssh/id_rsa',
  'CON',
];

it('an id that is an address or a path is refused, and nothing is sent', async () => {
  let sent = 0;
  const context = answering(sandbox.backend, () => {
    sent += 1;
    return json({});
  });
  for (const artifact_id of [...ADDRESSES, ...PATHS]) {
    const refusal = await refusalOf(() => call('download_artifact', { artifact_id }, context));
    expect(refusal, artifact_id).toMatchObject({ code: 'INVALID_ARGUMENTS', changed: 'no' });
  }
  expect(sent).toBe(0);
  console.log(`figure: artifact-ids refused=${ADDRESSES.length + PATHS.length} requests=${sent}`);
});

it('a name that is a path is shown as text, and an address in a listing is not followed', async () => {
  const asked: string[] = [];
  const context = answering(sandbox.backend, (request) => {
    asked.push(new URL(request.url).pathname);
    if (request.url.endsWith('/download')) return new Response('Hello.');
    return json([...PATHS, ...ADDRESSES].map((name) => ({ id: ID, name, artifact_type: 'file', download_url: name })));
  });
  const { artifacts } = await call('list_hiring_artifacts', { hiring_id: HIRING }, context);
  expect(Array.isArray(artifacts) ? artifacts.length : 0).toBe(PATHS.length + ADDRESSES.length);
  expect(JSON.stringify(artifacts)).not.toContain('\\u0000');
  expect(await call('download_artifact', { artifact_id: ID }, context)).toMatchObject({ content: 'Hello.' });
  expect(asked).toEqual([`/api/v1/hirings/${HIRING}/artifacts`, `/api/v1/artifacts/${ID}/download`]);
});
