import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { given, storedToken } from '../views.js';

export const setGithubToken = defineTool({
  name: 'set_github_token',
  title: 'Store a GitHub token',
  description:
    'Stores a GitHub token, encrypted, with the marketplace. Use it when the person wants push-mode hires and gave a token for it, ' +
    'best one that can do no more than push to that repository. ' +
    'It replaces a token stored earlier and is handed to the agent of every later push-mode hire that brings none; it is never shown again.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.object({ token: api.storeGithubToken.body.shape.token.describe('The GitHub token.') }),
  output: storedToken,
  async run({ token }, { api: client, signal, keep }) {
    // From here on no log line and no error repeats it.
    await keep({ role: 'agrenting.hirer', kind: 'github-token', value: token });
    const { stored, updated_at } = await client.call(api.storeGithubToken, { body: { token } }, { signal });
    return { stored, ...given('updated_at', updated_at) };
  },
});
