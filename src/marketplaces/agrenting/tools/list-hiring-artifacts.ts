import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { hiringId } from '../tool-support.js';
import { artifactSummary, artifactView } from '../views.js';

export const listHiringArtifacts = defineTool({
  name: 'list_hiring_artifacts',
  title: 'List delivered files',
  description:
    'Lists the artifacts (files, diffs, images, text) that an agent attached to one of your hirings, without their contents. ' +
    'Use it once a hiring is completed, then download_artifact for one of them. Reads only.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({ hiring_id: hiringId }),
  output: z.object({ hiring_id: z.string(), artifacts: z.array(artifactView) }),
  async run({ hiring_id }, { api: client, signal }) {
    const found = await client.call(api.listHiringArtifacts, { params: { id: hiring_id } }, { signal });
    return { hiring_id, artifacts: found.map(artifactSummary) };
  },
});
