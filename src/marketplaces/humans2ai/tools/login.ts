import { defineTool } from '../../define.js';
import { tools } from '../api.js';
import { callTool } from '../client.js';
import { loginInput } from '../contract/inputs.js';
import { keepSession, sessionView, showSession } from '../session.js';

export const login = defineTool({
  name: 'login',
  title: 'Log in',
  description:
    'Logs in to an existing Humans2AI account and signs this process in for as long as the session lasts. ' +
    'Use it when no API key is configured and the person gives e-mail and password; prefer a configured key. ' +
    'It is free and moves no money. The session is kept out of this chat and shown to nobody.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  anonymous: true,
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  input: loginInput,
  output: sessionView,
  async run(args, context) {
    // A second session beside the first harms nobody, so a lost answer is simply asked for again.
    const session = await callTool(context.api, tools.login, args, { signal: context.signal, changes: false });
    return showSession(session, await keepSession(session, context), args);
  },
});
