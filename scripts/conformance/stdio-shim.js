import { randomUUID } from 'node:crypto';
import { createAdaptorServer } from '@hono/node-server';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import {
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

/**
 * Lets the suite, which speaks HTTP only, reach a program that speaks stdio: each session is a process of its own, and
 * every message is handed on as it is.
 */
export async function serveStdioShim({ command, args, env }) {
  const sessions = new Map();

  async function open() {
    const id = randomUUID();
    const program = new StdioClientTransport({ command, args, env, stderr: 'ignore' });
    const wire = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    // What a program asks or tells while it works on a call belongs to that call; the newest one is the only one here.
    let call;
    wire.onmessage = (message) => {
      if (message.method === 'tools/call') call = message.id;
      void program.send(message);
    };
    program.onmessage = (message) => {
      const related = message.method === undefined || call === undefined ? {} : { relatedRequestId: call };
      void wire.send(message, related).catch(() => undefined);
    };
    wire.onclose = () => void program.close();
    await program.start();
    await wire.start();
    sessions.set(id, { wire, program });
    return wire;
  }

  const server = createAdaptorServer({
    fetch: async (request) => {
      const refused =
        hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
        originValidationResponse(request, localhostAllowedOrigins());
      if (refused) return refused;
      const known = sessions.get(request.headers.get('mcp-session-id'));
      return await (known?.wire ?? (await open())).handleRequest(request);
    },
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/mcp`,
    stop: async () => {
      await Promise.all([...sessions.values()].map(({ program }) => program.close()));
      server.close();
      server.closeAllConnections();
    },
  };
}
