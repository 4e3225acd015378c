import * as z from 'zod';
import { defineTool } from '../../define.js';
import { watchHirings } from '../hiring-watch.js';
import { hiringId } from '../tool-support.js';
import { hiringState, isFinal, openQuestions, openQuestionsOf } from '../views.js';

const watched = hiringState.pick({ hiring_id: true, status: true, final: true }).extend({
  changed: z
    .boolean()
    .describe('True: a new status since this call began, or a question that is not in known_question_ids.'),
  open_questions: openQuestions.optional().describe('Missing: not read, because of the rate limit.'),
});

export const waitForHirings = defineTool({
  name: 'wait_for_hirings',
  title: 'Wait for hirings',
  description:
    'Waits until one of your hirings changes its status or asks a question that is not in known_question_ids, ' +
    'at once when all are final, and wait_seconds at most. Use it after hire_agent, and again while timed_out is true; leave out hirings ' +
    'that are final. Reads only; the result itself is read with get_hiring_status.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    hiring_ids: z.array(hiringId).min(1).max(25).describe('1 to 25 hirings of yours.'),
    wait_seconds: z.number().int().min(0).max(25).default(25),
    known_question_ids: z.array(z.string().max(100)).max(100).default([]).describe('Questions that were already seen.'),
  }),
  output: z.object({
    hirings: z.array(watched),
    timed_out: z.boolean().describe('True: nothing new within wait_seconds.'),
  }),
  async run({ hiring_ids, wait_seconds, known_question_ids }, context) {
    const watch = await watchHirings(context, {
      ids: [...new Set(hiring_ids)],
      seconds: wait_seconds,
      knownQuestions: new Set(known_question_ids),
    });
    return {
      hirings: watch.map(({ hiring, changed }) => ({
        hiring_id: hiring.id,
        status: hiring.status,
        final: isFinal(hiring),
        changed,
        ...(hiring.open_questions || isFinal(hiring) ? { open_questions: openQuestionsOf(hiring) } : {}),
      })),
      timed_out: watch.some(({ hiring }) => !isFinal(hiring)) && !watch.some(({ changed }) => changed),
    };
  },
});
