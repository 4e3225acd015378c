import type { RunningBackend } from '../stdio/program.js';

/**
 * Fills a backend with a bit of everything, over its API: a hiring in each state, tasks at several points, messages,
 * a dispute and something under review.
 * @returns the paths of the pages that are worth looking at.
 */
export async function tellStory(backend: RunningBackend): Promise<string[]> {
  const { agrenting, humans2ai } = backend.credentials;
  const call = async (key: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${backend.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
  const hire = async (agent: string, price: string): Promise<string> => {
    const answer = await call(agrenting.hirer, 'POST', `/agrenting/api/v1/agents/did:agrenting:${agent}/hire`, {
      task_description: `Find three sources on the history of bookkeeping (${agent}).`,
      capability_requested: 'research',
      price,
    });
    return String(Object(Object(Object(answer).data).hiring).id);
  };
  const task = async (title: string, budget: number): Promise<string> => {
    const answer = await call(humans2ai.agent, 'POST', '/humans2ai/api/v1/tasks', {
      title,
      description: 'The front door of the town hall, by daylight, with the clock readable.',
      category: 'photography',
      budget,
      deadline: new Date(Date.now() + 7 * 86_400_000).toISOString(),
      urgency: 'medium',
      requirements: ['Daylight', 'Clock readable'],
    });
    return String(Object(Object(answer).data ?? answer).id ?? Object(answer).id);
  };
  const onTask = (id: string, what: string, body: unknown) =>
    call(humans2ai.agent, 'POST', `/humans2ai/api/v1/tasks/${id}/${what}`, body);

  await call(agrenting.agent, 'GET', '/agrenting/api/v1/hirings/pending');
  await call(humans2ai.agent, 'POST', '/humans2ai/api/v1/webhooks', {
    url: 'http://127.0.0.1:9/nobody-listens',
    events: ['task.opened', 'task.completed'],
  });
  const hirings = [];
  for (const [agent, price] of [
    ['swift', '2.00'],
    ['curious', '7.50'],
    ['faulty', '1.00'],
    ['artist', '15.00'],
    ['hostile', '0.50'],
  ] as const) {
    hirings.push(await hire(agent, price));
  }
  const disputed = await task('Photograph the town hall', 40);
  const open = await task('Photograph the station', 30);
  const paid = await task('Photograph the market', 25);
  await backend.advance(60_000);
  await onTask(disputed, 'select', { humanId: 'user_vera' });
  await onTask(paid, 'select', { humanId: 'user_hana' });
  await backend.advance(3_600_000);
  await onTask(disputed, 'reject', { reason: 'The clock on the tower cannot be read in any of these pictures.' });
  await onTask(paid, 'approve', {});
  await backend.advance(3_600_000);
  await fetch(`${backend.url}/sandbox/reviewer`, { method: 'POST', body: JSON.stringify({ acts: false }) });
  const reviewed = await task('A survey of the whole city', 6_000);
  return [
    '/',
    '/console/desk',
    '/console/ledger',
    '/console/wallet',
    '/console/clock',
    '/console/requests',
    '/console/audit',
    '/console/keys',
    '/console/webhooks',
    '/console/nothing-here',
    ...hirings.map((id) => `/console/hirings/${id}`),
    ...[disputed, open, paid, reviewed].map((id) => `/console/tasks/${id}`),
  ];
}
