import { TerminalAttached, TerminalClientMessage, type TerminalServerMessage } from '@claude-codex/contracts';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Bus } from '@claude-codex/service-kit/bus';
import { publishJson, requestJson } from '@claude-codex/service-kit/bus-json';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyBaseLogger } from 'fastify';
import { createInputLimit } from './input-limit.ts';

export interface TerminalBridge {
  allowTyping(allowed: boolean): void;
  end(code: number, reason: string): void;
}

interface Options {
  socket: WebSocket;
  bus: Bus;
  instanceId: string;
  mayType: boolean;
  log: FastifyBaseLogger;
}

/** Below what a message on the bus may carry. */
const CHUNK_BYTES = 64 * 1024;
/** A viewer that does not read is cut; it gets the screen again when it comes back. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
const RESIZE_MS = 100;
const ATTACH_MS = 5_000;
const PING_MS = 20_000;
const SCREEN = { cols: 80, rows: 24 };
const TOO_BIG = 1009;
const NOT_UNDERSTOOD = 1003;
const REFUSED = 1008;

/** Carries bytes between a browser and the manager that holds the instance. */
export function bridgeTerminal({ socket, bus, instanceId, mayType, log }: Options): TerminalBridge {
  const { terminal } = subjects;
  const limit = createInputLimit(() => performance.now());
  let typing = mayType;
  let attached: { cols: number; rows: number } | null = null;
  let size: { cols: number; rows: number } | null = null;
  let resizing: NodeJS.Timeout | null = null;
  let alive = true;

  function tell(message: TerminalServerMessage): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  function end(code: number, reason: string): void {
    socket.close(code, reason);
  }

  function output(bytes: Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(bytes, { binary: true });
    if (socket.bufferedAmount > MAX_BACKLOG_BYTES) socket.terminate();
  }

  /** What comes before the screen is already part of it. */
  const stopListening = bus.subscribe(terminal.output(instanceId), (bytes) => attached !== null && output(bytes));

  async function attach(): Promise<void> {
    const answer = await requestJson(
      bus,
      terminal.attach(instanceId),
      { instanceId, ...(size ?? SCREEN) },
      TerminalAttached,
      {
        timeoutMs: ATTACH_MS,
      },
    );
    if (!answer.available) {
      tell({ type: 'unavailable', code: answer.code, detail: answer.detail });
      end(1000, 'unavailable');
      return;
    }
    attached = { cols: answer.cols, rows: answer.rows };
    tell({ type: 'attached', readOnly: !typing, ...attached });
    output(Buffer.from(answer.snapshot, 'base64'));
  }

  function refusalOf(bytes: number): [number, string] | null {
    if (!typing) return [REFUSED, 'read_only'];
    return limit.allows(bytes) ? null : [TOO_BIG, 'paste_too_large'];
  }

  function input(bytes: Buffer): void {
    const refused = refusalOf(bytes.length);
    if (refused !== null) {
      end(...refused);
      return;
    }
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      bus.publish(terminal.input(instanceId), bytes.subarray(at, at + CHUNK_BYTES));
    }
  }

  function message(text: string): void {
    const parsed = TerminalClientMessage.safeParse(parsedJson(text));
    if (!parsed.success) {
      end(parsedJson(text) === undefined ? NOT_UNDERSTOOD : REFUSED, 'message_invalid');
      return;
    }
    // A viewer's window does not change everybody's screen.
    if (!typing) return;
    size = { cols: parsed.data.cols, rows: parsed.data.rows };
    resizing ??= setTimeout(() => {
      resizing = null;
      if (size !== null) publishJson(bus, terminal.resize(instanceId), size);
    }, RESIZE_MS);
  }

  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data)
      ? data
      : Buffer.concat([data].flat().map((part) => Buffer.from(part as Buffer)));
    if (isBinary) input(bytes);
    else message(bytes.toString('utf8'));
  });
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('error', (error) => log.debug({ err: error, instanceId }, 'a terminal connection broke'));
  const ping = setInterval(() => {
    if (!alive) socket.terminate();
    else socket.ping();
    alive = false;
  }, PING_MS);
  socket.once('close', () => {
    stopListening();
    clearInterval(ping);
    if (resizing !== null) clearTimeout(resizing);
  });

  attach().catch((error: unknown) => {
    log.warn({ err: error, instanceId }, 'a terminal could not be attached');
    tell({ type: 'unavailable', code: 'NOT_READY', detail: 'No agent manager holds this instance at the moment.' });
    end(1000, 'unavailable');
  });

  return {
    end,
    allowTyping(allowed) {
      typing = allowed;
      if (attached !== null) tell({ type: 'attached', readOnly: !typing, ...attached });
    },
  };
}

/** `undefined` when it is not JSON: that is not a value JSON can have. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
