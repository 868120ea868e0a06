// The peer "a bare Node loop": everybody who is connected gets what is posted, nobody is asked who they are.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const open = new Set<ServerResponse>();

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const frame = Buffer.concat(parts);
      for (const one of open) one.write(frame);
      response.writeHead(204).end();
    });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  open.add(response);
  response.once('close', () => open.delete(response));
});
// A posting connection that was idle for a moment is not closed while somebody posts on it again.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.once('end', () => process.exit(0)).resume();
