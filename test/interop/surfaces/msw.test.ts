import { setupServer } from 'msw/node';
import { expect, it } from 'vitest';
import { createMarketplaceDouble } from '../../../src/testing/index.js';
import { at } from '../../backend/support.js';
import { connect } from '../../backend/surfaces/support.js';

it('the surfaces are reached through the public MSW handlers, under the names of the marketplace', async () => {
  const double = await createMarketplaceDouble();
  const server = setupServer(...double.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  const client = await connect((request) => fetch(request), {
    origin: 'https://agrenting.com',
    headers: { 'x-api-key': double.credentials.agrenting.agent },
  });
  await client.request('resources/subscribe', { uri: 'hiring://pending' });
  await double.advance(1_000);
  expect(at(await client.updated('hiring://pending'), 'method')).toBe('notifications/resources/updated');
  // MSW holds on to a copy of the stream, so it ends with the double and not with its reader.
  await double.close();
  await client.ended;
  server.close();
});
