import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutbound, isPrivateWay, type OutboundRequest } from '../../../src/backend/delivery/outbound.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server on 127.0.0.1. @returns its port. */
async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const request = (url: string, extra: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'HEAD',
  url,
  headers: {},
  timeoutMs: 5_000,
  signal: new AbortController().signal,
  ...extra,
});

describe('a request to an address of an agent', () => {
  it('is sent with its headers and body, and only the status comes back', async () => {
    const seen: { method: string | undefined; header: unknown; body: string }[] = [];
    const port = await serve((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += String(chunk);
      });
      incoming.on('end', () => {
        seen.push({ method: incoming.method, header: incoming.headers['x-test'], body });
        response.writeHead(201);
        // An endless answer is not read.
        if (incoming.method === 'HEAD') return response.end();
        const more = (): unknown => response.write('x'.repeat(65_536), (error) => error ?? more());
        return more();
      });
    });
    const outbound = createOutbound();
    const sent = request(`http://127.0.0.1:${port}/hook`, { method: 'POST', headers: { 'x-test': 'yes' }, body: 'é' });
    expect(await outbound(sent)).toBe(201);
    expect(seen).toEqual([{ method: 'POST', header: 'yes', body: 'é' }]);
    expect(await outbound(request(`http://localhost:${port}/`))).toBe(201);
  });

  it('does not follow a redirect', async () => {
    let asked = 0;
    const port = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await createOutbound()(request(`http://127.0.0.1:${port}/`))).toBe(302);
    expect(asked).toBe(1);
  });

  it('fails when nobody answers in time, when it is aborted, and when nobody listens', async () => {
    const port = await serve(() => undefined);
    const outbound = createOutbound();
    const url = `http://127.0.0.1:${port}/`;
    await expect(outbound(request(url, { timeoutMs: 20 }))).rejects.toThrow('did not answer in time');
    const controller = new AbortController();
    const waiting = outbound(request(url, { signal: controller.signal }));
    controller.abort();
    await expect(waiting).rejects.toThrow();
    await expect(outbound(request(url, { signal: controller.signal }))).rejects.toThrow();
    await closing.pop()?.();
    await expect(outbound(request(url))).rejects.toThrow();
  });

  it.each([
    ['ftp://agent.example/', 'not http'],
    ['file:///etc/passwd', 'not http'],
    ['http://user:secret@agent.example/', 'user name'],
    ['agent.example', 'no URL'],
    ['http://10.0.0.1/', 'neither public'],
    ['http://169.254.169.254/latest/meta-data/', 'neither public'],
    ['http://0x0a000001/', 'neither public'],
    ['http://[fd00::1]/', 'neither public'],
    ['http://[::ffff:192.168.0.1]/', 'neither public'],
  ])('is not sent to %s', async (url, reason) => {
    await expect(createOutbound()(request(url))).rejects.toThrow(reason);
  });

  it('is not sent when the name leads into a private network, by any of its addresses', async () => {
    const to = (...addresses: string[]) =>
      createOutbound(async () => addresses.map((address) => ({ address, family: 4 })));
    for (const outbound of [to('192.168.0.1'), to('127.0.0.1', '10.0.0.1'), to()]) {
      await expect(outbound(request('http://agent.example/'))).rejects.toThrow('neither public nor on this machine');
    }
    const unknown = createOutbound(async () => {
      throw new Error('ENOTFOUND');
    });
    await expect(unknown(request('http://agent.example/'))).rejects.toThrow('ENOTFOUND');
  });

  it('goes to the address that was checked, whatever the name says later', async () => {
    const port = await serve((incoming, response) => {
      response.writeHead(incoming.headers.host === `agent.example:${port}` ? 204 : 400).end();
    });
    let asked = 0;
    const outbound = createOutbound(async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    });
    expect(await outbound(request(`http://agent.example:${port}/`))).toBe(204);
    expect(asked).toBe(1);
  });
});

describe('a way that a token may take', () => {
  it.each([
    ['https://agent.example/', true],
    ['http://127.0.0.1:8080/', true],
    ['http://localhost/', true],
    ['http://[::1]/', true],
    ['http://agent.example/', false],
    ['http://8.8.8.8/', false],
    ['nonsense', false],
  ])('%s: %s', (url, safe) => {
    expect(isPrivateWay(url)).toBe(safe);
  });
});
