import { type Bus, BusNoResponder, BusRemoteError, BusTimeout, refusalOf } from '../bus.ts';
import { subjectMatches } from './subject-match.ts';

interface Subscriber {
  pattern: string;
  listener: (payload: Uint8Array, subject: string) => void;
}

interface Server {
  pattern: string;
  queue: string | null;
  handler: (payload: Uint8Array) => Promise<Uint8Array>;
}

/** The bus of one process. Delivers after the current turn, as a network would, and in order. */
export function createInProcessBus(): Bus {
  const subscribers = new Set<Subscriber>();
  const servers = new Set<Server>();
  let turn = 0;
  let closed = false;

  function publish(subject: string, payload: Uint8Array): void {
    if (closed) return;
    for (const subscriber of subscribers) {
      if (!subjectMatches(subscriber.pattern, subject)) continue;
      queueMicrotask(() => {
        if (subscribers.has(subscriber)) subscriber.listener(payload, subject);
      });
    }
  }

  function serverFor(subject: string): Server | undefined {
    const able = [...servers].filter(({ pattern }) => subjectMatches(pattern, subject));
    turn += 1;
    return able[turn % Math.max(able.length, 1)];
  }

  async function request(subject: string, payload: Uint8Array, options: { timeoutMs: number }): Promise<Uint8Array> {
    const server = closed ? undefined : serverFor(subject);
    if (server === undefined) throw new BusNoResponder(subject);
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new BusTimeout(subject, options.timeoutMs)), options.timeoutMs);
    try {
      return await Promise.race([answerOf(server, payload), expired]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    publish,
    request,
    subscribe(pattern, listener) {
      const subscriber = { pattern, listener };
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    serve(pattern, handler, { queue } = {}) {
      const server = { pattern, handler, queue: queue ?? null };
      servers.add(server);
      return () => servers.delete(server);
    },
    status: () => (closed ? 'disconnected' : 'connected'),
    async close() {
      closed = true;
      subscribers.clear();
      servers.clear();
    },
  };
}

async function answerOf(server: Server, payload: Uint8Array): Promise<Uint8Array> {
  try {
    return await server.handler(payload);
  } catch (error) {
    const { code, detail } = refusalOf(error);
    // Through JSON, so that both adapters hand over the same plain data and no shared object.
    throw new BusRemoteError(code, JSON.parse(JSON.stringify(detail ?? null)));
  }
}
