import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { given, storedToken } from '../views.js';

export const clearGithubToken = defineTool({
  name: 'clear_github_token',
  title: 'Delete the stored GitHub token',
  description:
    'Deletes the GitHub token that is stored with the marketplace. Use it when push-mode hires are done or the token is no longer to be trusted. ' +
    'It is gone for good; running hirings keep the token that they were given, and the token itself stays valid at GitHub.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.object({}),
  output: storedToken,
  async run(_, { api: client, signal }) {
    const { stored, updated_at } = await client.call(api.clearGithubToken, {}, { signal });
    return { stored, ...given('updated_at', updated_at) };
  },
});
