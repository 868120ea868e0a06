import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  /** `http://127.0.0.1:<port>`, for programs that cannot speak to a unix socket. */
  readonly url: string;
  close(): void;
}

/**
 * Makes the egress socket reachable as a TCP port of the loopback interface. Bytes are passed on as they are: egress
 * knows the caller by the socket, so there is nothing to add and nothing to trust here.
 */
export async function startRelay(socketPath: string): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ path: socketPath, allowHalfOpen: true });
    for (const socket of [inside, outside]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
    // Either side's failure ends both; the client inside sees a reset and retries as it would with any server.
    inside.once('error', () => outside.destroy()).once('close', () => outside.destroy());
    outside.once('error', () => inside.destroy()).once('close', () => inside.destroy());
    inside.pipe(outside);
    outside.pipe(inside);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
