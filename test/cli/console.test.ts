import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { ERAS, startClient } from '../interop/clients.js';
import { BIN, cleanEnvironment, temporaryFolder } from '../stdio/program.js';

/** `hirewire console` and an assistant's bridge are two processes on one file: the page shows what the other one does. */

interface Opened {
  readonly url: string;
  stop(): Promise<number | null>;
}

async function openConsole(folder: string): Promise<Opened> {
  const child = spawn(process.execPath, [BIN, 'console', '--port', '0', '--no-open'], {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the console exited with ${code} before it listened`)));
  });
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '',
    stop: async () => {
      child.kill('SIGTERM');
      return await exited;
    },
  };
}

/** Reads a stream of events until one of this name has come. */
async function waitFor(event: string, stream: ReadableStream<Uint8Array>): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(`event: ${event}\n`)) return;
  }
  throw new Error(`the stream ended before "${event}"`);
}

it('shows the sandbox that an assistant uses, while it uses it', async () => {
  const folder = temporaryFolder();
  const opened = await openConsole(folder.path);
  const signedIn = await fetch(`${opened.url}/console/sign-in`, {
    method: 'POST',
    headers: { origin: opened.url },
    body: 'role=hirer',
    redirect: 'manual',
  });
  const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const live = await fetch(`${opened.url}/console/live`, { headers });
  expect(live.headers.get('content-type')).toContain('text/event-stream');
  const assistant = await startClient(ERAS[0], { folder: folder.path, args: ['--confirm', 'never'] });
  if (!live.body) throw new Error('the stream has no body');
  const changed = waitFor('changed', live.body);
  const hired = await assistant.call('hire_agent', {
    agent_did: 'did:agrenting:swift',
    task_description: 'Seen from another process',
    capability: 'summarize',
    max_price: '2.00',
  });
  expect(hired.isError, hired.text).toBe(false);
  await changed;
  expect(await (await fetch(opened.url, { headers })).text()).toContain('Seen from another process');
  await assistant.close();
  expect(await opened.stop()).toBe(0);
  folder.remove();
});

it('says what to do when its port is taken', async () => {
  const folder = temporaryFolder();
  const first = await openConsole(folder.path);
  const child = spawn(process.execPath, [BIN, 'console', '--no-open', '--port', new URL(first.url).port], {
    env: cleanEnvironment(folder.path),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(2);
  expect(told).toContain('cannot be used; try --port 0');
  await first.stop();
  folder.remove();
});
