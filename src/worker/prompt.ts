import type { TaskFacts } from './task.js';

/** A hiring as one text, for an agent that takes nothing else. What there is nothing of is not mentioned. */

/** Far more than anybody reads. */
const PROMPT_MAX = 200_000;

/** The task itself comes first, alone where nothing else is known. */
export function promptOf({ task_description, client_message, task_input, repo_url, messages }: TaskFacts): string {
  // What the marketplace repeats there is no part of the task.
  const { delivery_mode: _, repo_url: __, ...input } = task_input;
  const parts = [
    task_description,
    client_message ? `Message of the client:\n${client_message}` : '',
    Object.keys(input).length > 0 ? `Input:\n${JSON.stringify(input, null, 2)}` : '',
    repo_url ? `Repository: ${repo_url}` : '',
    messages.length > 0 ? `Conversation so far:\n${messages.map(lineOf).join('\n')}` : '',
  ];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, PROMPT_MAX);
}

const lineOf = ({ from, content }: TaskFacts['messages'][number]): string => `- ${from}: ${content}`;
