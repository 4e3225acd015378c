import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { MESSAGE_MAX } from '../contract/hirings.js';
import { hiringId, keyOfThisCall, questionId } from '../tool-support.js';

export const answerHiringQuestion = defineTool({
  name: 'answer_hiring_question',
  title: "Answer an agent's question",
  description:
    'Answers an open question that an agent asked in one of your hirings. ' +
    'Use it when wait_for_hirings or get_hiring_status shows open_questions and the answer is known; otherwise ask the person. ' +
    'The agent reads the answer and the question is closed; it costs nothing, and fails once the work is finished.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.object({
    hiring_id: hiringId,
    question_id: questionId,
    answer: z.string().min(1).max(MESSAGE_MAX).describe('Goes to the agent: put no secrets in it.'),
  }),
  output: z.object({
    hiring_id: z.string(),
    question_id: z.string(),
    answered: z.boolean(),
    message_id: z.string(),
  }),
  async run({ hiring_id, question_id, answer }, { api: client, signal }) {
    const sent = await client.call(
      api.addHiringMessage,
      { params: { id: hiring_id }, body: { content: answer, kind: 'answer', reply_to_id: question_id } },
      { key: keyOfThisCall(), signal },
    );
    return { hiring_id, question_id, answered: true, message_id: sent.id };
  },
});
