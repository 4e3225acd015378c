import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from '../stdio/program.js';
import { hirewire } from './run.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const run = (...args: string[]) => hirewire(folder.path, args);

const HIRE = {
  agent_did: 'did:agrenting:swift',
  task_description: 'Say hello.',
  capability: 'summarize',
  max_price: '2.00',
};

it('says that nothing was paid yet', async () => {
  expect(await run('operations')).toMatchObject({ code: 0, stdout: 'No operations.\n' });
});

it('lists and shows what was paid', async () => {
  const hired = await run('call', 'hire_agent', '--confirm', 'never', '--json', JSON.stringify(HIRE));
  expect(hired.code, hired.stdout).toBe(0);
  const { operation } = JSON.parse(hired.stdout);

  const listed = await run('operations');
  expect(listed.code).toBe(0);
  expect(listed.stdout).toContain(operation.id);
  expect(listed.stdout).toMatch(/hire_agent +2\.00 USD +did:agrenting:swift +done/);

  const shown = await run('operations', 'show', operation.id, '--json');
  expect(shown.code).toBe(0);
  expect(JSON.parse(shown.stdout)).toMatchObject([
    {
      id: operation.id,
      tool: 'hire_agent',
      state: 'done',
      amount: '2.00 USD',
      confirmed_by: 'nobody: --confirm never',
    },
  ]);
});

it('knows no operation that was never made', async () => {
  const { code, stderr } = await run('operations', 'show', 'hw_unknown');
  expect(stderr).toContain('There is no operation with this id');
  expect(code).toBe(2);
});

it('knows three actions', async () => {
  const { code, stderr } = await run('operations', 'undo');
  expect(stderr).toContain('The action is list, show or resume.');
  expect(code).toBe(2);
});

it('approves nothing without a person at a terminal', async () => {
  const { code, stdout, stderr } = await hirewire(folder.path, ['approve', 'abc123'], { input: 'yes\n' });
  expect(stderr.split('\n')[0]).toBe(
    'hirewire: approve asks a person and needs a terminal. Run "hirewire approve ID" in one.',
  );
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
