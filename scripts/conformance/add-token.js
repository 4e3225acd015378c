import { createServer, request } from 'node:http';

/**
 * Stands before a server and adds its token to every request, because the suite has no way to. Everything else is handed
 * on as it is, the names in Host and Origin too: the suite forges them to see whether the server minds.
 */
export async function addToken(target, token) {
  const { hostname, port, pathname } = new URL(target);
  const proxy = createServer((from, to) => {
    const headers = { ...from.headers, authorization: `Bearer ${token}` };
    const onward = request({ hostname, port, path: from.url, method: from.method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    to.on('close', () => onward.destroy());
    from.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${proxy.address().port}${pathname}`,
    stop: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
