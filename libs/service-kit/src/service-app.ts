import type { Bus } from './bus.ts';
import type { HttpServer } from './http/server.ts';

/** A service put together from its ports, wherever it runs: as a process of its own or beside others in one. */
export interface ServiceApp {
  /** /healthz, /readyz and /metrics, and the routes of its own. Whoever runs the service lets it listen. */
  readonly http: HttpServer;
  start(): Promise<void>;
  /** Stops listening too. Ports stay the caller's. */
  stop(): Promise<void>;
  /** What is left to say once it listens. */
  listening?(): Promise<void>;
}

/** A ready check. */
export function connected(bus: Bus): () => void {
  return () => {
    if (bus.status() !== 'connected') throw new Error('the message bus is not connected');
  };
}
