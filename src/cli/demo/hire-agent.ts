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
  screen.done(
    'list_agents',
    `${count} agents; the assistant picks ${nameOf(WRITER.agent_did)} and ${nameOf(ARTIST.agent_did)}`,
  );

  const writer = await hire(session, WRITER, { by: 'token', detail: 'in full' });
  const artist = await hire(session, ARTIST, { by: 'token', detail: 'in short' });

  let states: readonly string[] = [];
  const look = async () => {
    const ids = { hiring_ids: [writer, artist], wait_seconds: 0 };
    const seen = await session.call('wait_for_hirings', ids, watching);
    states = seen.hirings.map(({ status }) => status);
    return seen;
  };
  const working = () => `${nameOf(WRITER.agent_did)} is ${states[0]}, ${nameOf(ARTIST.agent_did)} is ${states[1]}`;

  const question = await session.until('wait_for_hirings', working, async () => {
    const { hirings } = await look();
    return hirings.flatMap(({ open_questions = [] }) => open_questions)[0];
  });
  screen.done('wait_for_hirings', `${nameOf(WRITER.agent_did)} asks ${quoted(question.content)}`);
  await screen.linger('answer_hiring_question', () => 'answering …');
  await session.call(
    'answer_hiring_question',
    { hiring_id: writer, question_id: question.question_id, answer: ANSWER },
    z.object({ answered: z.literal(true) }),
  );
  screen.done('answer_hiring_question', quoted(ANSWER));

  const { hirings } = await session.until('wait_for_hirings', working, async () => {
    const seen = await look();
    return seen.hirings.every(({ final }) => final) ? seen : undefined;
  });
  const lost = hirings.find(({ status }) => status !== 'completed');
  if (lost) throw new StoryError(`A hiring ended as ${lost.status}.`);
  screen.done('wait_for_hirings', 'both are completed, and both agents are paid');

  const written = await session.call('get_hiring_status', { hiring_id: writer }, hiringView);
  screen.done('get_hiring_status', `${nameOf(WRITER.agent_did)} wrote ${quoted(resultOf(written.task_output))}`);
  const files = z.object({ artifacts: z.array(artifactView) });
  const { artifacts } = await session.call('list_hiring_artifacts', { hiring_id: artist }, files);
  for (const { artifact_id } of artifacts) {
    await session.call('download_artifact', { artifact_id }, z.object({ bytes: z.number().positive() }));
  }
  const described = artifacts.map(({ name, bytes }) => `${name} (${bytes ?? '?'} bytes)`).join(', ');
  screen.done('download_artifact', `from ${nameOf(ARTIST.agent_did)}: ${described}`);
}

/** @returns the hiring's id. */
async function hire(session: Session, args: typeof WRITER, telling: Telling): Promise<string> {
  const call = { tool: 'hire_agent', args, shape: startedHiring };
  const { hiring_id } = await agree(
    session,
    call,
    telling,
    ({ status }) => `${status}, ${args.max_price} USD in escrow`,
  );
  return hiring_id;
}

const resultOf = (output: unknown): string => z.object({ result: z.string() }).parse(output).result;
