import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../stdio/program.js';
import { hirewire } from './run.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Runs the launcher as if it were on another Node. */
const onNode = (version: string) => {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const module = `data:text/javascript,${encodeURIComponent(pretend)}`;
  return hirewire(folder.path, ['--version'], { node: ['--import', module] });
};

describe('the launcher', () => {
  it.each(['18.20.8', '20.18.3', '21.7.0', '22.11.0', '23.11.0'])(
    'refuses Node %s in two sentences',
    async (version) => {
      const { code, stdout, stderr } = await onNode(version);
      expect(stderr).toBe(
        `hirewire needs Node 20.19, 22.12 or 24 and newer; this is ${version}.\n` +
          'Nothing was started. Install a current Node from https://nodejs.org and start your client again.\n',
      );
      expect(stdout).toBe('');
      expect(code).toBe(1);
    },
  );

  it.each(['20.19.0', '22.12.0', '24.0.0', '26.1.0'])('starts on Node %s', async (version) => {
    const { code, stdout } = await onNode(version);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });
});
