/** Frames as no client should send them, each with what has to come of it. */

export interface HostileFrame {
  readonly name: string;
  readonly bytes: Buffer;
  /** The ids that have to be answered; none when the frame has none that could be. */
  readonly answered: readonly (string | number)[];
}

const line = (text: string): Buffer => Buffer.from(`${text}\n`);
const json = (value: unknown): Buffer => line(JSON.stringify(value));
const nested = (depth: number, inner = '1'): string => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

let id = 1_000;
const next = (): number => {
  id += 1;
  return id;
};

/** @param maxFrame of the transport that gets them. */
export function hostileFrames(maxFrame: number): HostileFrame[] {
  const frames: HostileFrame[] = [];
  /** A frame that has to be answered under its id. */
  const asked = (name: string, make: (id: number) => string | Buffer) => {
    const own = next();
    const made = make(own);
    frames.push({ name, bytes: typeof made === 'string' ? line(made) : made, answered: [own] });
  };
  /** A frame that nobody can be answered for. */
  const silent = (name: string, bytes: string | Buffer) => {
    frames.push({ name, bytes: typeof bytes === 'string' ? line(bytes) : bytes, answered: [] });
  };

  silent('text', 'hello');
  silent('an HTTP request', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r');
  silent('LSP framing', 'Content-Length: 52\r\n\r');
  silent('a single brace', '{');
  silent('closing brackets', ']]]}}}');
  silent('a quote that is never closed', '"');
  silent('a number', '42');
  silent('null', 'null');
  silent('true', 'true');
  silent('a string', '"ping"');
  silent('an empty object', '{}');
  silent('an empty array', '[]');
  silent('NUL bytes', Buffer.concat([Buffer.alloc(100), line('')]));
  silent('every byte', Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, at) => at)), line('')]));
  silent('blank lines', '\n'.repeat(10_000));
  silent('lines of blanks and carriage returns', ' \t\r\n'.repeat(10_000));
  silent('a byte order mark alone', '\ufeff');
  silent('UTF-16', Buffer.concat([Buffer.from('{"id":1}', 'utf16le'), line('')]));

  asked('a byte order mark before a request', (own) => `\ufeff{"jsonrpc":"2.0","id":${own},"method":"ping"}`);
  asked('CRLF', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping"}\r`);
  asked('blanks around', (own) => `  \t{"jsonrpc":"2.0","id":${own},"method":"ping"} \t `);
  asked('NUL inside a string', (own) => `{"jsonrpc":"2.0","id":${own},"method":"pi\u0000ng"}`);
  asked('NUL after the object', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping"}\u0000`);
  asked('a raw control character', (own) => `{"jsonrpc":"2.0","id":${own},"method":"pi\u0007ng"}`);
  asked('bytes that are no UTF-8', (own) =>
    Buffer.concat([
      Buffer.from(`{"jsonrpc":"2.0","id":${own},"method":"p`),
      Buffer.from([0xff, 0xc0, 0x80]),
      line('"}'),
    ]),
  );
  asked('half a UTF-8 character at the end', (own) =>
    Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${own},"method":"p"}`), Buffer.from([0xe2, 0x82]), line('')]),
  );
  asked('an overlong encoding', (own) =>
    Buffer.concat([Buffer.from(`{"id":${own},"method":"`), Buffer.from([0xc0, 0xaf]), line('"}')]),
  );
  asked('a surrogate in UTF-8', (own) =>
    Buffer.concat([Buffer.from(`{"id":${own},"method":"`), Buffer.from([0xed, 0xa0, 0x80]), line('"}')]),
  );
  asked('a lone surrogate, escaped', (own) => `{"jsonrpc":"2.0","id":${own},"method":"\\ud800"}`);
  asked('lone surrogates in arguments', (own) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: own,
      method: 'tools/call',
      params: { name: 'x', arguments: { a: '\udc00\ud800' } },
    }),
  );

  asked('without jsonrpc', (own) => `{"id":${own},"method":"ping"}`);
  asked('jsonrpc 1.0', (own) => `{"jsonrpc":"1.0","id":${own},"method":"ping"}`);
  asked('jsonrpc as a number', (own) => `{"jsonrpc":2.0,"id":${own},"method":"ping"}`);
  asked('without a method', (own) => `{"jsonrpc":"2.0","id":${own}}`);
  asked('method null', (own) => `{"jsonrpc":"2.0","id":${own},"method":null}`);
  asked('method as an object', (own) => `{"jsonrpc":"2.0","id":${own},"method":{"toString":"x"}}`);
  asked('method as an array', (own) => `{"jsonrpc":"2.0","id":${own},"method":["tools/call"]}`);
  asked('an empty method', (own) => `{"jsonrpc":"2.0","id":${own},"method":""}`);
  asked('an unknown method', (own) => `{"jsonrpc":"2.0","id":${own},"method":"no/such"}`);
  asked('a method of a prototype', (own) => `{"jsonrpc":"2.0","id":${own},"method":"constructor"}`);
  asked('method __proto__', (own) => `{"jsonrpc":"2.0","id":${own},"method":"__proto__"}`);
  asked('a notification with an id', (own) => `{"jsonrpc":"2.0","id":${own},"method":"notifications/initialized"}`);
  asked(
    'a cancellation with an id',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"notifications/cancelled","params":{"requestId":1}}`,
  );
  asked('params as an array', (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":[1,2]}`);
  asked('params as a string', (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":"x"}`);
  asked('params null', (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":null}`);
  asked(
    'arguments as an array',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":{"name":"x","arguments":[]}}`,
  );
  asked(
    'a tool named __proto__',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":{"name":"__proto__","arguments":{}}}`,
  );
  asked(
    'arguments with an own __proto__',
    (own) =>
      `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":{"name":"x","arguments":{"__proto__":{"polluted":1}}}}`,
  );
  asked(
    'a frame with an own __proto__',
    (own) =>
      `{"__proto__":{"polluted":1},"jsonrpc":"2.0","id":${own},"method":"ping","constructor":{"prototype":{"polluted":1}}}`,
  );
  asked('_meta of another kind', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"_meta":7}}`);
  asked(
    'an envelope of an unknown revision',
    (own) =>
      `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"1999-01-01"}}}`,
  );
  asked(
    'unknown members',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping","x":{"y":[1]},"trace":"${'t'.repeat(500)}"}`,
  );
  asked('duplicate members', (own) => `{"jsonrpc":"2.0","method":"no/such","id":${own},"method":"ping"}`);
  asked('a number that no JSON has', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"a":NaN}}`);
  asked('an infinite number', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"a":1e999}}`);
  asked('a trailing comma', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping",}`);
  asked('single quotes inside', (own) => `{"jsonrpc":"2.0","id":${own},"method":'ping'}`);
  asked('a comment', (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping"} // please`);
  asked('cut in the middle of a string', (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":{"na`);
  asked(
    'two objects on a line, the second without an id',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping"}{"x":1}`,
  );
  asked(
    'an id inside that is not its own',
    (own) => `{"jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"id":"somebody else's"}},"id":${own},}`,
  );
  asked(
    'arrays 100,000 deep',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"a":${nested(5_000)}}}`,
  );
  asked(
    'an object that is cut 20,000 deep',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"ping","params":${'{"a":'.repeat(10_000)}`,
  );

  // Ids that are none.
  silent('id null', '{"jsonrpc":"2.0","id":null,"method":"ping"}');
  silent('id as an object', '{"jsonrpc":"2.0","id":{"toString":"1"},"method":"ping"}');
  silent('id as an array', '{"jsonrpc":"2.0","id":[1],"method":"ping"}');
  silent('id true', '{"jsonrpc":"2.0","id":true,"method":"ping"}');
  silent('a fraction as an id', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}');
  silent('an id beyond 2^53', '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}');
  silent('an infinite id', '{"jsonrpc":"2.0","id":1e999,"method":"ping"}');
  silent('no id, and no notification of MCP', '{"jsonrpc":"2.0","method":"no/such/notification"}');
  silent(
    'a cancellation of nobody',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"nobody"}}',
  );
  silent('a cancellation without an id', '{"jsonrpc":"2.0","method":"notifications/cancelled"}');
  silent('a response that nobody waits for', '{"jsonrpc":"2.0","id":424242,"result":{}}');
  silent('an error that nobody waits for', '{"jsonrpc":"2.0","id":424243,"error":{"code":-1,"message":"x"}}');
  silent('a malformed response', '{"jsonrpc":"2.0","id":424244,"result":7}');
  silent('a malformed error', '{"jsonrpc":"2.0","id":424245,"error":"x"}');
  silent(
    'progress for nobody',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}',
  );
  silent('a deep array', nested(10_000));
  silent('a deep object', objects(5_000));

  for (const odd of ['', 'text', '\u0000', '\ud800', '__proto__', '"\\', '💸', 'x'.repeat(5_000), '-0', '1e3']) {
    frames.push({
      name: `an id that is the text ${JSON.stringify(odd).slice(0, 30)}`,
      bytes: json({ jsonrpc: '2.0', id: odd, method: 'ping' }),
      answered: [odd],
    });
  }
  for (const odd of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    frames.push({ name: `id ${odd}`, bytes: json({ jsonrpc: '2.0', id: odd, method: 'ping' }), answered: [odd] });
  }
  frames.push({ name: 'id 4e3', bytes: line('{"jsonrpc":"2.0","id":4e3,"method":"ping"}'), answered: [4_000] });

  // Batches: each member is told.
  const [a, b, c] = [next(), next(), next()];
  frames.push({
    name: 'a batch',
    bytes: json([
      { jsonrpc: '2.0', id: a, method: 'ping' },
      { jsonrpc: '2.0', id: b, method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      7,
      null,
      { id: c },
    ]),
    answered: [a, b, c],
  });

  // Too long.
  const filler = 'x'.repeat(maxFrame);
  asked(
    'too long, the id first',
    (own) => `{"jsonrpc":"2.0","id":${own},"method":"tools/call","params":{"a":"${filler}"}}`,
  );
  asked(
    'too long, the id last',
    (own) => `{"method":"tools/call","params":{"a":"${filler}"},"jsonrpc":"2.0","id":${own}}`,
  );
  asked(
    'too long, the id before the last member',
    (own) => `{"params":{"a":"${filler}"},"id":${own},"jsonrpc":"2.0","method":"tools/call"}`,
  );
  asked('too long by one byte', (own) => {
    const start = `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"a":"`;
    return `${start}${'x'.repeat(maxFrame + 1 - start.length - 3)}"}}`;
  });
  asked('exactly as long as allowed', (own) => {
    const start = `{"jsonrpc":"2.0","id":${own},"method":"ping","params":{"a":"`;
    return `${start}${'x'.repeat(maxFrame - start.length - 3)}"}}`;
  });
  silent(
    'too long, and only an id of somebody else inside',
    `{"params":{"arguments":{"id":5,"a":"${filler}"}},"method":"x"}`,
  );
  silent('too long, with quoted text that looks like an id', `{"params":{"a":"${filler} ,\\"id\\":5}`);
  silent('too long and no JSON', filler.repeat(3));
  silent('too many digits', `{"jsonrpc":"2.0","id":${'9'.repeat(1_000)},"method":"ping"}`);
  return frames;
}
