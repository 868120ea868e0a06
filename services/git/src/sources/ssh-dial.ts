// ProxyCommand of ssh: `node ssh-dial.ts <host> <port>`. Asks the proxy in CODEX_DIALER for a connection and passes
// bytes on. A program of its own, because ssh can speak to no proxy by itself.
import { request } from 'node:http';

const [host = '', port = ''] = process.argv.slice(2);
const { hostname, port: at, username, password } = new URL(process.env.CODEX_DIALER ?? '');
const word = Buffer.from(`${username}:${password}`).toString('base64');
const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
const asking = request({
  host: hostname,
  port: at,
  method: 'CONNECT',
  path: target,
  headers: { host: target, 'proxy-authorization': `Basic ${word}` },
});
asking.once('connect', (answer, socket, head) => {
  if (answer.statusCode !== 200) process.exit(1);
  if (head.length > 0) process.stdout.write(head);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  socket.once('close', () => process.exit(0));
  socket.once('error', () => process.exit(1));
});
asking.once('error', () => process.exit(1));
asking.end();
