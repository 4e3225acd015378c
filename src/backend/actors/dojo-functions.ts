import { inShort } from './agent-behaviours.js';

/**
 * What runs when a tool of AgentDojo is called: a few functions that really do something with their arguments. Nothing
 * leaves this computer. A tool of the account's own may name any of them.
 */

type Arguments = Readonly<Record<string, unknown>>;
type DojoFunction = (args: Arguments) => string;

const textOf = (args: Arguments, name: string): string => {
  const value = args[name];
  return typeof value === 'string' ? value : '';
};

const FUNCTIONS: Readonly<Record<string, DojoFunction>> = {
  send_notification: (args) => {
    if (textOf(args, 'message').trim() === '') throw new FunctionError('The notification has no message.');
    return 'Notification sent successfully';
  },
  summarize_text: (args) => inShort(textOf(args, 'text')),
  count_words: (args) => String(textOf(args, 'text').split(/\s+/).filter(Boolean).length),
};

/** A function could not do what was asked: the tool's result says so. */
export class FunctionError extends Error {
  override name = 'FunctionError';
}

/** @throws {FunctionError} also when there is no such function here. */
export function runDojoFunction(name: string, args: Arguments): string {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) {
    throw new FunctionError(`This sandbox has no function of that name; it has ${Object.keys(FUNCTIONS).join(', ')}.`);
  }
  return found(args);
}
