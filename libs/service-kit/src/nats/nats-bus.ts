import type { Log } from '@claude-codex/eventing';
import {
  headers,
  type Msg,
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { z } from 'zod';
import { type Bus, BusNoResponder, BusRemoteError, BusTimeout, refusalOf } from '../bus.ts';
import { systemClock } from '../clock.ts';
import { OperatorError, reasonOf } from '../operator-error.ts';

export interface NatsBusOptions {
  /** `nats://[user:password@]host:port`, several separated by commas. */
  url: string;
  /** What the server's monitoring calls this connection. */
  name: string;
  log: Log;
  /** How long the first connection may take, for services that start together. Default 30 s. */
  firstConnectMs?: number;
}

export interface NatsBus extends Bus {
  /** For JetStream, which the bus port does not cover. */
  readonly connection: NatsConnection;
}

/** A refused request is answered with this header: JSON `{code, detail}`. */
const REFUSAL = 'Codex-Refusal';
const Refusal = z.object({ code: z.string(), detail: z.unknown() });

/** The bus over NATS core. Reconnects for ever; while disconnected, publishing drops and requests fail. */
export async function connectNatsBus(options: NatsBusOptions): Promise<NatsBus> {
  const { log } = options;
  const connection = await firstConnection(options);
  let connected = true;
  /** Requests under way. The answer to one cannot come over a new connection, so a loss ends them all at once. */
  const waiting = new Set<() => void>();

  const watching = (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'reconnect') {
        connected = status.type === 'reconnect';
        for (const giveUp of waiting) giveUp();
        log.warn({ status: status.type }, 'bus connection changed');
      } else if (status.type === 'slowConsumer' || status.type === 'error') {
        log.error({ status: status.type }, 'bus reports a problem');
      }
    }
  })();

  async function answer(message: Msg, handler: (payload: Uint8Array) => Promise<Uint8Array>): Promise<void> {
    try {
      message.respond(await handler(message.data));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'INTERNAL') log.error({ err: error, subject: message.subject }, 'bus handler failed');
      const refused = headers();
      refused.set(REFUSAL, encodeURIComponent(JSON.stringify(refusal)));
      message.respond(undefined, { headers: refused });
    }
  }

  async function askUntilLost(subject: string, payload: Uint8Array, timeoutMs: number): Promise<Msg> {
    const { promise: lost, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(new BusTimeout(subject, timeoutMs));
    waiting.add(giveUp);
    try {
      return await Promise.race([ask(connection, subject, payload, timeoutMs), lost]);
    } finally {
      waiting.delete(giveUp);
    }
  }

  return {
    connection,
    publish(subject, payload) {
      if (connected && !connection.isClosed()) connection.publish(subject, payload);
    },
    subscribe(subject, listener) {
      const subscription = connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) listener(message.data, message.subject);
          else log.error({ err: error, subject }, 'bus subscription failed');
        },
      });
      return () => subscription.unsubscribe();
    },
    async request(subject, payload, { timeoutMs }) {
      if (!connected) throw new BusNoResponder(subject);
      const message = await askUntilLost(subject, payload, timeoutMs);
      const refusal = message.headers?.get(REFUSAL) ?? '';
      if (refusal === '') return message.data;
      const { code, detail } = Refusal.parse(JSON.parse(decodeURIComponent(refusal)));
      throw new BusRemoteError(code, detail);
    },
    serve(subject, handler, { queue } = {}) {
      const subscription = connection.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error === null) void answer(message, handler);
          else log.error({ err: error, subject }, 'bus service failed');
        },
      });
      return () => subscription.unsubscribe();
    },
    status: () => (connected && !connection.isClosed() ? 'connected' : 'disconnected'),
    async close() {
      if (connected && !connection.isClosed()) await connection.drain();
      else await connection.close();
      await watching;
    },
  };
}

async function ask(connection: NatsConnection, subject: string, payload: Uint8Array, timeout: number): Promise<Msg> {
  try {
    return await connection.request(subject, payload, { timeout });
  } catch (error) {
    const cause = error instanceof RequestError ? (error.cause ?? error) : error;
    if (cause instanceof NoRespondersError) throw new BusNoResponder(subject, { cause: error });
    if (cause instanceof TimeoutError) throw new BusTimeout(subject, timeout, { cause: error });
    throw error;
  }
}

async function firstConnection({ url, name, log, firstConnectMs = 30_000 }: NatsBusOptions): Promise<NatsConnection> {
  const until = performance.now() + firstConnectMs;
  for (;;) {
    try {
      return await connect({
        ...serversOf(url),
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        timeout: 5_000,
      });
    } catch (error) {
      if (performance.now() > until) {
        throw new OperatorError(`NATS cannot be reached (NATS_URL): ${reasonOf(error)}`, { cause: error });
      }
      log.warn({ err: error }, 'NATS cannot be reached yet');
      await systemClock.sleep(500);
    }
  }
}

/** What the client wants of an address that may hold a login: it takes none inside an address. */
export function serversOf(url: string): { servers: string[]; user?: string; pass?: string } {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const servers = urls.map(({ hostname, port }) => `${hostname}:${port === '' ? '4222' : port}`);
  const credentials = urls.find(({ username }) => username !== '');
  if (credentials === undefined) return { servers };
  return { servers, user: decodeURIComponent(credentials.username), pass: decodeURIComponent(credentials.password) };
}
