import type { Duplex } from 'node:stream';
import type { HttpServer } from '@claude-codex/service-kit/http/server';

const GRACE_MS = 2_000;

/**
 * A close that ends. Requests under way get a moment to finish; connections on which nothing was ever asked (browsers
 * open some ahead) and upgraded ones are unknown to Node's own close, which would wait for them for a minute or more.
 */
export function promptClose(http: HttpServer): () => Promise<void> {
  const upgraded = new Set<Duplex>();
  http.server.on('upgrade', (_request, socket) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
  });

  return async () => {
    const closing = http.close();
    const impatient = setTimeout(() => {
      http.server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    }, GRACE_MS);
    await closing;
    clearTimeout(impatient);
  };
}
