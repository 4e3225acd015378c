import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createGzip, gzipSync } from 'node:zlib';

/** A marketplace on a bad day: a real server on 127.0.0.1 that answers each request as the script says. */
export type Fault =
  | { readonly kind: 'answer'; readonly status?: number; readonly json?: unknown; readonly headers?: Headers_ }
  /** The body as it is, whatever it says of itself. */
  | { readonly kind: 'body'; readonly status?: number; readonly body: string | Buffer; readonly headers?: Headers_ }
  /** The request arrived whole (it may have had its effect), then the connection is reset. */
  | { readonly kind: 'reset' }
  /** The same, but closed in an orderly way before any header. */
  | { readonly kind: 'close' }
  /** Headers and half of the body, then a reset. */
  | { readonly kind: 'half'; readonly status?: number; readonly json?: unknown }
  /** Nothing at all, for ever. */
  | { readonly kind: 'stall' }
  /** Headers, then nothing, for ever. */
  | { readonly kind: 'stall-body' }
  /** A byte now and then, for ever. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Promises this many bytes more (or less) than it sends, then closes. */
  | { readonly kind: 'wrong-length'; readonly by: number }
  /** A compressed body that unfolds to this many bytes of "a", compressed `layers` times. */
  | { readonly kind: 'bomb'; readonly bytes: number; readonly layers?: number }
  /** A JSON array inside an array, so many times. */
  | { readonly kind: 'deep'; readonly depth: number; readonly status?: number }
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string };

type Headers_ = Readonly<Record<string, string>>;

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export class FaultServer {
  /** Every request that arrived whole, in order. */
  readonly received: Received[] = [];
  /** Bytes of any kind that reached this server over connections that are closed by now. */
  bytesRead = 0;
  /** Requests whose connection is still open for the answer. */
  open = 0;
  private script: Fault[] = [];
  private last: Fault = { kind: 'answer' };
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.bytesRead += socket.bytesRead;
        this.sockets.delete(socket);
      });
      // A client that goes away in the middle is what these tests are about.
      socket.on('error', () => undefined);
    });
  }

  static async start(): Promise<FaultServer> {
    const server = createServer();
    const faults = new FaultServer(server);
    server.on('request', (request, response) => void faults.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return faults;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? (address satisfies AddressInfo).port : 0;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  /** One fault for each request to come; the last one for all that follow. Forgets what was received. */
  plan(...faults: [Fault, ...Fault[]]): void {
    this.script = [...faults];
    this.last = faults[faults.length - 1] ?? faults[0];
    this.received.length = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    this.received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    this.open += 1;
    response.on('close', () => {
      this.open -= 1;
    });
    act(this.script.shift() ?? this.last, response);
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

function act(fault: Fault, response: ServerResponse): void {
  const socket = response.socket;
  switch (fault.kind) {
    case 'answer':
      response.writeHead(fault.status ?? 200, { ...JSON_TYPE, ...fault.headers });
      response.end(JSON.stringify(fault.json ?? { data: { ok: true } }));
      return;
    case 'body':
      response.writeHead(fault.status ?? 200, { ...JSON_TYPE, ...fault.headers });
      response.end(fault.body);
      return;
    case 'reset':
      socket?.resetAndDestroy();
      return;
    case 'close':
      socket?.end();
      return;
    case 'half': {
      const body = JSON.stringify(fault.json ?? { data: { ok: true, filler: 'x'.repeat(200) } });
      response.writeHead(fault.status ?? 200, { ...JSON_TYPE, 'content-length': String(body.length) });
      response.write(body.slice(0, body.length / 2), () => socket?.resetAndDestroy());
      return;
    }
    case 'stall':
      return;
    case 'stall-body':
      response.writeHead(200, JSON_TYPE);
      response.write('{"data":');
      return;
    case 'drip': {
      response.writeHead(200, JSON_TYPE);
      const timer = setInterval(() => response.write(' '), fault.everyMs);
      response.on('close', () => clearInterval(timer));
      return;
    }
    case 'wrong-length': {
      const body = '{"data":{"ok":true}}';
      socket?.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length + fault.by}\r\n\r\n${body}`,
      );
      return;
    }
    case 'bomb':
      void sendBomb(fault.bytes, fault.layers ?? 1, response);
      return;
    case 'deep':
      response.writeHead(fault.status ?? 200, JSON_TYPE);
      response.end(`${'['.repeat(fault.depth)}${']'.repeat(fault.depth)}`);
      return;
    case 'redirect':
      response.writeHead(fault.status, { location: fault.to });
      response.end('moved');
  }
}

/** Made as it is sent, so that this process does not hold it either. */
async function sendBomb(bytes: number, layers: number, response: ServerResponse): Promise<void> {
  const encodings = Array.from({ length: layers }, () => 'gzip').join(', ');
  response.writeHead(200, { ...JSON_TYPE, 'content-encoding': encodings });
  response.on('error', () => undefined);
  if (layers > 1) {
    let body = gzipSync(Buffer.alloc(bytes, 'a'));
    for (let layer = 1; layer < layers; layer += 1) body = gzipSync(body);
    response.end(body);
    return;
  }
  const gzip = createGzip().setMaxListeners(0);
  gzip.pipe(response);
  const block = Buffer.alloc(1024 * 1024, 'a');
  for (let sent = 0; sent < bytes && !response.destroyed; sent += block.length) {
    if (!gzip.write(block)) await new Promise((resolve) => gzip.once('drain', resolve).once('close', resolve));
  }
  gzip.end();
}
