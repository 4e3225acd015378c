import type { z } from 'zod';
import type { Session } from './session.js';
import { StoryError } from './session.js';

/** How long a preview stays in sight before the person of the demo agrees. */
const READING_MS = 1_000;

export interface Telling {
  /** How the person agrees: the token goes back through the model, or `hirewire approve` is run in a terminal. */
  readonly by: 'token' | 'approve command';
  /** Whether the preview is shown as it is, with every step, or in one line. */
  readonly detail: 'in full' | 'in short';
}

/**
 * A call of a money tool as it really goes: the first call changes nothing and says what it would do; the person, whom
 * the demo plays, agrees; the same call again acts.
 * @param outcome what the finished line says.
 */
export async function agree<S extends z.ZodType>(
  session: Session,
  call: { readonly tool: string; readonly args: object; readonly shape: S },
  telling: Telling,
  outcome: (result: z.output<S>) => string,
): Promise<z.output<S>> {
  const { screen } = session;
  const { tool, args, shape } = call;
  const asked = await session.prepare(tool, args);
  if (telling.detail === 'in short') {
    screen.asks(tool, `a person has to agree: ${beginning(asked.sentence)}`);
  } else {
    screen.asks(tool, 'nothing was changed yet: a person has to agree to this first');
    screen.note(asked.sentence);
  }
  await screen.linger('you', () => 'reading what it would do and cost …', READING_MS);
  if (telling.by === 'approve command') await session.approve(asked.id);
  if (telling.detail === 'in full') {
    const how = telling.by === 'token' ? 'the token goes back with the same arguments' : `run: ${asked.approveCommand}`;
    screen.done('you', `agree (the demo plays you) · ${how}`);
  }
  await screen.linger(tool, () => 'sending …');
  const again = telling.by === 'token' ? { ...args, ...session.tokenArgument(tool, asked.token) } : args;
  const { result, operation } = await session.callMoney(tool, again, shape);
  screen.done(tool, `${outcome(result)} · confirmed by ${operation.confirmed_by.split(':')[0]}`);

  if (telling.by === 'token' && telling.detail === 'in full') {
    // As a client does that never saw the answer.
    const repeated = await session.callMoney(tool, again, shape);
    if (!repeated.operation.replayed) throw new StoryError(`${tool} was done a second time.`);
    screen.done(tool, 'the same call once more, as after a lost answer: replayed, charged once');
  }
  return result;
}

/** What a preview says first, without its asides: who, what and how much. */
const beginning = (sentence: string): string => sentence.replaceAll(/ \([^)]*\)/g, '').replace(/: [\s\S]*$/, '');
