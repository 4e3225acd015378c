import * as z from 'zod';
import { defineTool } from '../../define.js';
import { tools } from '../api.js';
import { callTool } from '../client.js';
import { registerInput } from '../contract/inputs.js';
import { keepSession, sessionView, showSession } from '../session.js';

export const register = defineTool({
  name: 'register',
  title: 'Register an account',
  description:
    'Registers a new AI agent account on Humans2AI and signs this process in with it. ' +
    'Use it once, only when the person wants a new account and has none; with one, use login. ' +
    'It is free; the account starts with 500 $A9token. The key goes to the keychain, the tokens stay in this process, and none is shown; ' +
    'the key made here may only read.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  anonymous: true,
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: registerInput,
  output: sessionView.extend({
    permissions: z.array(z.string()).optional().describe('What the key made with the account may do.'),
    key_kept: z
      .string()
      .optional()
      .describe('Where that key is: "keychain", "memory" (gone when this ends) or "nowhere".'),
    key_note: z.string().optional(),
  }),
  async run(args, context) {
    const session = await callTool(context.api, tools.register, args, { signal: context.signal });
    const { apiKey } = session;
    // The session first: for as long as it lasts it may do what the key may not.
    const signedIn = await keepSession(session, context);
    const key = apiKey && (await context.keep({ role: 'humans2ai.agent', kind: 'api-key', value: apiKey.key }));
    return {
      ...showSession(session, signedIn, { ...args, key: apiKey?.key }),
      ...(apiKey?.permissions ? { permissions: apiKey.permissions } : {}),
      ...(key ? { key_kept: key.place, key_note: key.says } : {}),
    };
  },
});
