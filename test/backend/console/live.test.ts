import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackend } from '../../../src/backend/index.js';
import { openBackend } from '../support.js';
import { textOf, Visitor } from './visitor.js';

/** The stream that tells an open page to read itself again. */

/** Reads on until a text has come, or to the end. */
async function until(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<boolean> {
  let read = '';
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    read += decoder.decode(value, { stream: true });
    if (read.includes(text)) return true;
  }
}

describe('the stream of changes', () => {
  it('tells of what this process and another one do to the same file, and ends with the backend', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hirewire-console-'));
    const database = join(folder, 'sandbox.db');
    const mine = await createBackend({ database });
    const theirs = await createBackend({ database });
    const visitor = await Visitor.as(mine, 'hirer');
    const stream = await visitor.stream('/console/live');
    const reader = stream.getReader();
    for (const backend of [mine, theirs]) {
      const changed = until(reader, 'event: changed');
      await backend.advance(1);
      await backend.env.db.updateTable('agrenting_agents').set({ online: 0n }).where('name', '=', 'Swift').execute();
      expect(await changed).toBe(true);
    }
    await theirs.close();
    await mine.close();
    expect(await until(reader, 'event: never')).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('stops looking when the last reader has gone, and looks again for the next', async () => {
    const { backend } = await openBackend({ seed: 'demo' });
    const visitor = await Visitor.as(backend, 'human');
    for (let round = 0; round < 2; round += 1) {
      const reader = (await visitor.stream('/console/live')).getReader();
      expect(await until(reader, ': keep-alive')).toBe(true);
      const changed = until(reader, 'event: changed');
      await backend.advance(1_000);
      expect(await changed).toBe(true);
      await reader.cancel();
    }
    await backend.close();
  });

  it('tells of requests that only read', async () => {
    const { backend, call } = await openBackend({ seed: 'demo' });
    const visitor = await Visitor.as(backend, 'human');
    const reader = (await visitor.stream('/console/live')).getReader();
    const changed = until(reader, 'event: changed');
    await call('GET', '/humans2ai/api/v1/tasks', { key: backend.credentials.humans2ai.admin });
    expect(await changed).toBe(true);
    await reader.cancel();
    await backend.close();
  });

  it('is for those who signed in', async () => {
    const { backend } = await openBackend();
    expect((await new Visitor(backend).get('/console/live')).status).toBe(401);
    await backend.close();
  });
});

describe('a sandbox that was started empty', () => {
  it('says what is missing, and breaks nowhere', async () => {
    const failures: string[] = [];
    const { backend } = await openBackend({ onError: (what) => failures.push(what) });
    const agent = await Visitor.as(backend, 'agent');
    expect(textOf((await agent.get('/console/desk')).html)).toContain('This sandbox was started empty');
    for (const role of ['hirer', 'human', 'admin']) {
      const visitor = await Visitor.as(backend, role);
      for (const path of [
        '/',
        '/console/desk',
        '/console/wallet',
        '/console/ledger',
        '/console/keys',
        '/console/webhooks',
      ])
        expect((await visitor.get(path)).status, `${role} ${path}`).toBe(200);
    }
    expect(failures).toEqual([]);
    await backend.close();
  });
});
