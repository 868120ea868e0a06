import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** The next bytes the server sends are thrown away and that connection is cut: done, but the answer is lost. */
  loseNextAnswer(): void;
  /** Cuts every connection; new ones are accepted. */
  cut(): void;
  stop(): Promise<void>;
}

/** Stands between a client and a server on the loopback address, to lose exactly what a test wants lost. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let losing = false;

  function track(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    // A cut connection reports an error on the other side; the close that follows is what counts here.
    socket.on('error', () => socket.destroy());
  }

  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    track(client, upstream);
    track(upstream, client);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (!losing) {
        client.write(chunk);
        return;
      }
      losing = false;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    port: address.port,
    loseNextAnswer() {
      losing = true;
    },
    cut,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
