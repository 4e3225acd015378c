/**
 * The EventSource that the printed JavaScript client expects: a browser's, with request headers. Node 20 has none. It
 * reads one stream and does not reconnect.
 */
globalThis.EventSource = class extends EventTarget {
  onerror = () => {};

  constructor(url, { headers }) {
    super();
    this.read(url, headers).catch((error) => this.onerror(error));
  }

  async read(url, headers) {
    const response = await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } });
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split('\n\n');
      rest = events.pop();
      for (const event of events) this.tell(event);
    }
  }

  tell(event) {
    const field = (name) =>
      event
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    if (field('data') === undefined) return;
    this.dispatchEvent(new MessageEvent(field('event') ?? 'message', { data: field('data') }));
  }
};
