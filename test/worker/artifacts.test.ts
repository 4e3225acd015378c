import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerSecret } from '../../src/log.js';
import { artifactUpload } from '../../src/marketplaces/agrenting/contract/hirings.js';
import { safeName, typed } from '../../src/worker/artifact-types.js';
import { collectArtifacts, FILE_MAX } from '../../src/worker/artifacts.js';
import { harmIn, PAYLOADS } from '../hostile-text.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hirewire-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string | Buffer = 'x') => writeFileSync(join(folder, name), content);
const collect = (secrets: string[] = []) => collectArtifacts(folder, secrets);

describe('files', () => {
  it('are taken in the order of their paths, also from folders', async () => {
    put('b.txt', 'second');
    mkdirSync(join(folder, 'a', 'deep'), { recursive: true });
    put('a/deep/c.py', 'print(1)');
    const { files, leftOut } = await collect();
    expect(files).toEqual([
      { name: 'a-deep-c.py', artifact_type: 'code_block', content: 'print(1)', language: 'python' },
      { name: 'b.txt', artifact_type: 'text', content: 'second' },
    ]);
    expect(leftOut).toEqual([]);
  });

  it('are not links, pipes or sockets, and none of those is opened', async () => {
    put('real.txt');
    symlinkSync('/etc/passwd', join(folder, 'link.txt'));
    symlinkSync('/', join(folder, 'root'));
    symlinkSync(join(folder, 'real.txt'), join(folder, 'inside.txt'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const { files, leftOut } = await collect();
    expect(files.map(({ name }) => name)).toEqual(['real.txt']);
    expect(leftOut).toEqual(['inside.txt (a link)', 'link.txt (a link)', 'pipe (not a file)', 'root (a link)']);
  });

  it('are 50 at most, and none is larger than the contract allows', async () => {
    for (let count = 10; count < 65; count += 1) put(`file-${count}.txt`);
    put('aaa-huge.bin');
    truncateSync(join(folder, 'aaa-huge.bin'), FILE_MAX + 1);
    put('aab-largest.bin', Buffer.alloc(FILE_MAX, 7));
    const { files, leftOut } = await collect();
    expect(files).toHaveLength(50);
    expect(leftOut).toHaveLength(7);
    expect(leftOut[0]).toBe('aaa-huge.bin (larger than 3000000 bytes)');
    for (const file of files) artifactUpload.parse(file);
  });

  it('together are no more than the journal should hold', async () => {
    for (let count = 0; count < 7; count += 1) put(`${count}.bin`, Buffer.alloc(FILE_MAX, count + 1));
    const { files, leftOut } = await collect();
    expect(files).toHaveLength(5);
    expect(leftOut[0]).toContain('all files together would be too large');
  });

  it('that hold a secret lose it, or are left out when they are no text', async () => {
    const secret = 'ghp_canary0123456789abcdef';
    const forget = registerSecret(secret);
    put('a.txt', `token=${secret}`);
    put('b.bin', Buffer.concat([Buffer.from([0, 1]), Buffer.from(secret)]));
    const { files, leftOut } = await collect([secret]);
    forget();
    expect(files).toMatchObject([{ name: 'a.txt', content: 'token=[redacted]' }]);
    expect(leftOut).toEqual(['b.bin (it holds a credential)']);
  });

  it('in a folder that is not there are none', async () => {
    expect(await collectArtifacts(join(folder, 'gone'), [])).toEqual({ files: [], leftOut: [] });
  });
});

describe('the kind of a file', () => {
  it.each([
    ['a.md', '# x', 'markdown'],
    ['a.HTML', '<p>', 'html'],
    ['a.patch', '--- a', 'diff'],
    ['a.json', '{"a":1}', 'json'],
    ['a.json', '{broken', 'text'],
    ['a.ts', 'let a', 'code_block'],
    ['README', 'text', 'text'],
    ['constructor', 'text', 'text'],
    ['a.svg', '<svg onload=alert(1)>', 'file'],
    ['a.txt', '\u0000', 'file'],
    ['empty.txt', '', 'text'],
  ])('%s holding %j is %s', (name, content, type) => {
    expect(typed(Buffer.from(content), name).artifact_type).toBe(type);
  });

  it('of a picture is told by its bytes, whatever its name', () => {
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
    expect(typed(png, 'page.html')).toEqual({
      artifact_type: 'image',
      content: png.toString('base64'),
      content_type: 'image/png',
    });
    expect(typed(Buffer.from('ffd8ffe0', 'hex'), 'x')).toMatchObject({ content_type: 'image/jpeg' });
    expect(typed(Buffer.from('not a picture'), 'x.png').artifact_type).toBe('text');
  });

  it('that is text is delivered byte for byte', () => {
    const text = '\ufeffÜber 日本 👍\r\n';
    expect(Buffer.from(typed(Buffer.from(text), 'a.txt').content)).toEqual(Buffer.from(text));
  });
});

describe('the name of a file', () => {
  it.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['..\\..\\win.ini', 'win.ini'],
    ['.bashrc', 'bashrc'],
    ['-rf', 'rf'],
    ['con.txt', 'filecon.txt'],
    ['a\nb\t.md', 'a_b_.md'],
    ['$(id);`id`|x&.sh', '__id___id__x_.sh'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['...', 'file'],
    ['Größe 日本.txt', 'Größe 日本.txt'],
  ])('%j becomes %j', (path, name) => {
    expect(safeName(path, new Set())).toBe(name);
  });

  it('is unlike every other one, also where upper and lower case are the same', () => {
    const taken = new Set<string>();
    const names = ['a/b.txt', 'a-b.txt', 'A-B.txt'].map((path) => {
      const name = safeName(path, taken);
      taken.add(name.toLowerCase());
      return name;
    });
    expect(names).toEqual(['a-b.txt', 'a-b-2.txt', 'A-B-3.txt']);
  });

  it('is short and harmless whatever it is made from', () => {
    for (const { name: what, text } of PAYLOADS) {
      const name = safeName(`a${text.slice(0, 2_000)}.md`, new Set());
      expect(harmIn(name), what).toEqual([]);
      expect(Array.from(name).length, what).toBeLessThanOrEqual(110);
      expect(name, what).toMatch(/^[\p{L}\p{N}\p{M}_+][\p{L}\p{N}\p{M} ._+-]*\.md$/u);
    }
  });
});
