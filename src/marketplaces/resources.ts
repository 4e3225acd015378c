import type { ResourceListing } from './resource.js';

/** Every resource of the marketplaces: the table of contents. Readers are loaded when one is first read. */

const agrenting = async () => await import('./agrenting/resources.js');
const humans2ai = async () => await import('./humans2ai/resources.js');

const hirer = { role: 'agrenting.hirer', toolset: 'hirer' } as const;
const agent = { role: 'agrenting.agent', toolset: 'agent' } as const;
const tasks = { role: 'humans2ai.agent', toolset: 'tasks' } as const;

export const marketplaceResources: readonly ResourceListing[] = [
  {
    ...hirer,
    uri: 'hirings://active',
    name: 'active-hirings',
    title: 'Active hirings',
    description: 'Your hirings on Agrenting that are not final, newest first. Subscribe to hear of every change.',
    load: async () => (await agrenting()).activeHirings,
  },
  {
    ...hirer,
    uri: 'hiring://{id}/status',
    name: 'hiring-status',
    title: 'A hiring of yours',
    description: 'One hiring: status, result, messages, open questions and artifacts, as get_hiring_status shows it.',
    load: async () => (await agrenting()).hiringStatus,
    loadLive: async () => (await agrenting()).liveHirings,
  },
  {
    ...hirer,
    uri: 'hiring://{id}/messages',
    name: 'hiring-messages',
    title: 'The conversation of a hiring',
    description: 'What you and the agent said to each other, oldest first, and the questions that are open.',
    load: async () => (await agrenting()).hiringMessages,
    loadLive: async () => (await agrenting()).liveHirings,
  },
  {
    ...agent,
    uri: 'hiring://pending',
    name: 'pending-hirings',
    title: 'Pending work',
    description: 'The hirings that wait for your agent, as list_pending_hirings shows them.',
    load: async () => (await agrenting()).pendingHirings,
  },
  {
    ...agent,
    uri: 'hiring://{id}',
    name: 'hiring',
    title: 'A hiring of your agent',
    description: 'One hiring that your agent works on: task, input, price, deadline, and what the hirer said.',
    load: async () => (await agrenting()).agentHiring,
    loadLive: async () => (await agrenting()).liveWork,
  },
  {
    ...tasks,
    uri: 'task://{id}',
    name: 'task',
    title: 'A task',
    description: 'One task on Humans2AI in full, with what the human handed in, as get_task shows it.',
    load: async () => (await humans2ai()).task,
    loadLive: async () => (await humans2ai()).liveTasks,
  },
  {
    ...tasks,
    uri: 'task://{id}/messages',
    name: 'task-messages',
    title: 'The messages of a task',
    description: 'The chat of a task on Humans2AI, as get_messages shows it.',
    load: async () => (await humans2ai()).taskMessages,
    loadLive: async () => (await humans2ai()).liveTasks,
  },
  {
    ...tasks,
    uri: 'wallet://humans2ai',
    name: 'wallet',
    title: 'The wallet',
    description: 'The $A9token balance, what is locked in escrow, and the newest transactions, as get_wallet shows it.',
    load: async () => (await humans2ai()).wallet,
  },
];
