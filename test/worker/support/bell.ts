import { createServer, type Server, type Socket } from 'node:net';

/** A program under test rings and says something; it can be answered. */
export interface Ring {
  readonly text: string;
  /** Lets it go on. */
  answer(text: string): void;
}

/** How programs in tests tell that they have come to a point, so that no test has to wait for a time. */
export class Bell {
  readonly rings: Ring[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      let text = '';
      socket.setEncoding('utf8');
      socket.on('error', () => undefined);
      socket.on('data', (part: string) => {
        text += part;
        if (!text.endsWith('\n')) return;
        this.rings.push({ text: text.trimEnd(), answer: (reply) => socket.write(`${reply}\n`) });
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  static async open(): Promise<Bell> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Bell(server);
  }

  get port(): string {
    const address = this.server.address();
    return String(typeof address === 'object' && address ? address.port : 0);
  }

  /** The ring with this number, from 0, as soon as it comes. */
  async ring(index: number): Promise<Ring> {
    for (;;) {
      const ring = this.rings[index];
      if (ring) return ring;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
