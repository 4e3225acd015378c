import { SettingsError } from '../../config/settings-error.js';
import { registerSecret } from '../../log.js';
import type { Arguments } from '../index.js';
import { checkSignature, REASONS, secretsFrom } from './check.js';

const MAX_BODY = 8 * 1024 * 1024;

/** `hirewire webhooks verify --signature VALUE < body`: exit code 0 when it holds, 1 when it does not. */
export async function verify(args: Arguments): Promise<number> {
  if (typeof args.signature !== 'string') {
    throw new SettingsError('Give the header with --signature: X-Humans2AI-Signature, or X-Webhook-Signature.');
  }
  const input = await readInput();
  const { body, secret } = args['secret-stdin'] === true ? firstLine(input) : { body: input, secret: undefined };
  const secrets = secret === undefined ? secretsFrom(process.env) : [secret];
  const age = args['ignore-age'] === true ? Number.POSITIVE_INFINITY : undefined;
  const { marketplace, verdict } = checkSignature(body, args.signature, secrets, age);
  if (args.json === true) process.stdout.write(`${JSON.stringify({ marketplace, ...verdict })}\n`);
  else if (verdict.ok) process.stdout.write(`Valid: signed by ${marketplace} with this secret.\n`);
  else process.stdout.write(`Not valid: ${REASONS[verdict.reason]}.\n`);
  return verdict.ok ? 0 : 1;
}

async function readInput(): Promise<Buffer> {
  if (process.stdin.isTTY) throw new SettingsError('The body comes on stdin: hirewire webhooks verify … < body.json');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new SettingsError('The body on stdin is larger than 8 MiB.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function firstLine(input: Buffer): { body: Buffer; secret: string } {
  const end = input.indexOf(0x0a);
  if (end < 0) throw new SettingsError('With --secret-stdin the first line of stdin is the secret, the rest the body.');
  const secret = input.subarray(0, end).toString('utf8').trim();
  registerSecret(secret);
  return { body: input.subarray(end + 1), secret };
}
