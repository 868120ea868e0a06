import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '@claude-codex/eventing';
import { nodeHttp } from '../http/node-http.ts';
import type { Dialer } from './dialer.ts';

/** The dialer for programs that are not ours: a proxy on this machine that only who was told its word can use. */
export interface ConnectProxy {
  /** `http://https:<word>@127.0.0.1:<port>`; the user says for which of the operator's proxies the host is. */
  address(scheme: 'https' | 'ssh'): Promise<string>;
  stop(): Promise<void>;
}

const END = 'Content-Length: 0\r\nConnection: close\r\n\r\n';
const REFUSED = `HTTP/1.1 502 Bad Gateway\r\n${END}`;
const WRONG_WORD = `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="dialer"\r\n${END}`;

/** Listens from the first use on. Ports of this machine are open to everybody on it, hence the word. */
export function createConnectProxy(dialer: Dialer, log: Log): ConnectProxy {
  const word = randomBytes(24).toString('hex');
  const sockets = new Set<Duplex>();
  let listening: Promise<Server> | null = null;

  async function listen(): Promise<Server> {
    const server = nodeHttp.createServer((_request, response) => response.writeHead(405).end());
    server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      void serve(request, socket, head).catch((error: unknown) => {
        log.info({ err: error, target: request.url }, 'a host was not reached');
        socket.end(REFUSED);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    return server;
  }

  async function serve(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const scheme = schemeOf(request.headers['proxy-authorization']);
    const [, host = '', port = ''] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(request.url ?? '') ?? [];
    if (scheme === null) {
      socket.end(WRONG_WORD);
      return;
    }
    const remote = await dialer.dial(scheme, host, Number(port));
    if (head.length > 0) remote.write(head);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    // A side that goes away is how every connection ends; the other side is told by its end.
    await Promise.allSettled([pipeline(socket, remote), pipeline(remote, socket)]);
  }

  function schemeOf(authorization = ''): 'https' | 'ssh' | null {
    const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64');
    for (const scheme of ['https', 'ssh'] as const) {
      const wanted = Buffer.from(`${scheme}:${word}`);
      if (given.length === wanted.length && timingSafeEqual(given, wanted)) return scheme;
    }
    return null;
  }

  return {
    async address(scheme) {
      listening ??= listen();
      const { port } = (await listening).address() as AddressInfo;
      return `http://${scheme}:${word}@127.0.0.1:${port}`;
    },
    async stop() {
      if (listening === null) return;
      const server = await listening;
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
