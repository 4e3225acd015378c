import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';

/**
 * A short-lived process that asks the keychain one thing. An unanswered prompt of the keychain blocks the process that
 * asked, for ever; this one can be killed. One JSON line comes in on stdin, one goes out on stdout.
 */

interface Request {
  readonly op: 'get' | 'set' | 'delete' | 'probe';
  readonly service: string;
  readonly user: string;
  readonly secret?: string;
}

/** On Linux only the Secret Service: the library's own choice would fall back to the kernel keyring without a word. */
const PINNED = { linux: { store: 'secret-service' } } as const;

async function answer({ op, service, user, secret = '' }: Request): Promise<string | boolean | null> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  const entry = new AsyncEntry(service, user, PINNED);
  if (op === 'get') return (await entry.getPassword()) ?? null;
  if (op === 'delete') return await entry.deletePassword();
  if (op === 'set') {
    await entry.setPassword(secret);
    return true;
  }
  const canary = randomBytes(16).toString('hex');
  await entry.setPassword(canary);
  const back = await entry.getPassword();
  await entry.deletePassword();
  return back === canary;
}

/** `process.exit` does not return while a thread of the keychain's waits. */
const end = () => process.kill(process.pid, 'SIGKILL');

const lines = createInterface({ input: process.stdin });
// Whoever asked is gone: nobody needs the answer.
lines.once('close', end);
lines.once('line', (line) => {
  answer(JSON.parse(line)).then(
    (value) => process.stdout.write(`${JSON.stringify({ value })}\n`),
    (error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      process.stdout.write(`${JSON.stringify({ error: said })}\n`);
    },
  );
});
