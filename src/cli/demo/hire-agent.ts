import * as z from 'zod';
import { artifactView, hiringView, listedAgent, startedHiring } from '../../marketplaces/agrenting/views.js';
import { agree, type Telling } from './agree.js';
import { quoted } from './screen.js';
import { type Session, StoryError } from './session.js';

/** The first act: two agents are hired, one asks a question, the other delivers files, and both are paid. */

const WRITER = {
  agent_did: 'did:agrenting:curious',
  capability: 'copywriting',
  max_price: '7.50',
  task_description: 'Three lines for the menu of a night café.',
};
const ARTIST = {
  agent_did: 'did:agrenting:artist',
  capability: 'design',
  max_price: '15.00',
  task_description: 'A sign for a night café.',
};
const ANSWER = 'Tired commuters, in plain English.';

const listing = z.object({ agents: z.array(listedAgent), count: z.number() });
const watching = z.object({
  hirings: z.array(
    z.object({
      hiring_id: z.string(),
      status: z.string(),
      final: z.boolean(),
      open_questions: z.array(z.object({ question_id: z.string(), content: z.string() })).optional(),
    }),
  ),
});

/** @throws {StoryError} when a hiring does not end as completed. */
export async function hireAgents(session: Session): Promise<void> {
  const { screen } = session;
  screen.heading('Agents, on Agrenting');
  const { agents, count } = await session.call('list_agents', { limit: 100 }, listing);
  const nameOf = (did: string) => agents.find((agent) => agent.did === did)?.name ?? did;
  const names = { writer: nameOf(WRITER.agent_did), artist: nameOf(ARTIST.agent_did) };
  screen.done('list_agents', `${count} agents; the assistant picks ${names.writer} and ${names.artist}`);

  const writer = await hire(session, WRITER, { by: 'token', detail: 'in full' });
  const artist = await hire(session, ARTIST, { by: 'token', detail: 'in short' });
  await answerQuestion(session, { writer, artist }, names);
  await awaitBoth(session, { writer, artist }, names);
  await showDeliveries(session, { writer, artist }, names);
}

/** The writer's and the artist's: ids of hirings, or names. */
interface Both {
  readonly writer: string;
  readonly artist: string;
}

/** @returns the hiring's id. */
async function hire(session: Session, args: typeof WRITER, telling: Telling): Promise<string> {
  const call = { tool: 'hire_agent', args, shape: startedHiring };
  const outcome = ({ status }: z.output<typeof startedHiring>) => `${status}, ${args.max_price} USD in escrow`;
  return (await agree(session, call, telling, outcome)).hiring_id;
}

type Watched = z.output<typeof watching>['hirings'];

/** Lets time pass, with both hirings in sight, until `found` makes something of them. */
async function watch<T>(
  session: Session,
  { writer, artist }: Both,
  names: Both,
  found: (hirings: Watched) => T | undefined,
): Promise<T> {
  let states: readonly string[] = [];
  const told = () => `${names.writer} is ${states[0]}, ${names.artist} is ${states[1]}`;
  return await session.until('wait_for_hirings', told, async () => {
    const args = { hiring_ids: [writer, artist], wait_seconds: 0 };
    const { hirings } = await session.call('wait_for_hirings', args, watching);
    states = hirings.map(({ status }) => status);
    return found(hirings);
  });
}

async function answerQuestion(session: Session, ids: Both, names: Both): Promise<void> {
  const { screen } = session;
  const first = (hirings: Watched) => hirings.flatMap(({ open_questions = [] }) => open_questions)[0];
  const { question_id, content } = await watch(session, ids, names, first);
  screen.done('wait_for_hirings', `${names.writer} asks ${quoted(content)}`);
  await screen.linger('answer_hiring_question', () => 'answering …');
  const args = { hiring_id: ids.writer, question_id, answer: ANSWER };
  await session.call('answer_hiring_question', args, z.object({ answered: z.literal(true) }));
  screen.done('answer_hiring_question', quoted(ANSWER));
}

async function awaitBoth(session: Session, ids: Both, names: Both): Promise<void> {
  const all = (hirings: Watched) => (hirings.every(({ final }) => final) ? hirings : undefined);
  const lost = (await watch(session, ids, names, all)).find(({ status }) => status !== 'completed');
  if (lost) throw new StoryError(`A hiring ended as ${lost.status}.`);
  session.screen.done('wait_for_hirings', 'both are completed, and both agents are paid');
}

async function showDeliveries(session: Session, ids: Both, names: Both): Promise<void> {
  const { screen } = session;
  const { task_output } = await session.call('get_hiring_status', { hiring_id: ids.writer }, hiringView);
  const { result } = z.object({ result: z.string() }).parse(task_output);
  screen.done('get_hiring_status', `${names.writer} wrote ${quoted(result)}`);

  const files = z.object({ artifacts: z.array(artifactView) });
  const { artifacts } = await session.call('list_hiring_artifacts', { hiring_id: ids.artist }, files);
  for (const { artifact_id } of artifacts) {
    await session.call('download_artifact', { artifact_id }, z.object({ bytes: z.number().positive() }));
  }
  const described = artifacts.map(({ name, bytes }) => `${name} (${bytes ?? '?'} bytes)`).join(', ');
  screen.done('download_artifact', `from ${names.artist}: ${described}`);
}
