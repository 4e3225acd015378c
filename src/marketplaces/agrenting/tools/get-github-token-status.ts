import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { given, storedToken } from '../views.js';

export const getGithubTokenStatus = defineTool({
  name: 'get_github_token_status',
  title: 'Is a GitHub token stored?',
  description:
    'Says whether a GitHub token is stored with the marketplace, never the token itself. ' +
    'Use it before a push-mode hire_agent without repo_access_token. Reads only.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({}),
  output: storedToken,
  async run(_, { api: client, signal }) {
    const { stored, updated_at } = await client.call(api.githubTokenStatus, {}, { signal });
    return { stored, ...given('updated_at', updated_at) };
  },
});
