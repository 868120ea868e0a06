import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { formatStreamId } from '@claude-codex/contracts/api/stream';
import { frame, idFrame, resetFrame } from './frames.ts';
import { type Batch, textAfter } from './parts.ts';
import type { StreamPoint } from './resume-point.ts';

/** A browser or program at the other end of a stream. */
export interface StreamClient {
  /** Buffered until `goLive`; then written. What was sent before is not sent again. */
  deliver(batch: Batch): void;
  reset(to: StreamPoint): void;
  beat(at: StreamPoint): void;
  /** Frames outside the order of positions (log lines). Only once live. */
  write(text: string): void;
  /** During replay: waits while the other side is slow. */
  replay(text: string | Buffer): Promise<void>;
  goLive(at: StreamPoint): void;
  readonly closed: boolean;
}

export interface StreamLog {
  warn(fields: { requestId: string; backlogBytes: number }, message: string): void;
}

/** A client that does not read is cut: it resumes from the database, and nobody else pays for it. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

export function openClient(response: ServerResponse, requestId: string, log: StreamLog): StreamClient {
  response.writeHead(200, { ...HEADERS, 'x-request-id': requestId });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  // Spread out, so that a restart is not met by everybody in the same moment.
  response.write(`retry: ${500 + Math.floor(Math.random() * 1000)}\n\n`);
  let waiting: Batch[] | null = [];
  let sent = 0;
  let pendingReset: StreamPoint | null = null;

  function isClosed(): boolean {
    return response.destroyed || response.writableEnded;
  }

  function write(text: string | Buffer): void {
    if (isClosed()) return;
    response.write(text);
    const backlogBytes = response.writableLength;
    if (backlogBytes <= MAX_BACKLOG_BYTES) return;
    log.warn({ requestId, backlogBytes }, 'a stream was cut: its reader does not keep up');
    response.destroy();
  }

  function send(batch: Batch): void {
    const last = batch.parts.at(-1)?.to.position ?? 0;
    if (last <= sent) return;
    if (sent <= batch.from) {
      write(batch.bytes);
    } else {
      // Its history reached into what came live meanwhile.
      const fresh = batch.parts.filter(({ to }) => to.position > sent);
      write(fresh.map((part) => textAfter(part, sent)).join(''));
    }
    sent = last;
  }

  function reset(to: StreamPoint): void {
    if (waiting !== null) {
      // What waits was said of positions of before.
      waiting = [];
      pendingReset = to;
      return;
    }
    sent = to.position;
    write(resetFrame(to.epoch, to.position));
  }

  return {
    reset,
    deliver(batch) {
      if (waiting === null) send(batch);
      else waiting.push(batch);
    },
    beat(at) {
      if (waiting !== null) return;
      sent = Math.max(sent, at.position);
      write(idFrame(at.epoch, sent));
    },
    write: (text) => void (waiting === null && write(text)),
    async replay(text) {
      if (isClosed() || response.write(text)) return;
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    },
    goLive(at) {
      const queued = waiting ?? [];
      waiting = null;
      sent = at.position;
      if (pendingReset !== null) reset(pendingReset);
      for (const batch of queued) send(batch);
    },
    get closed() {
      return isClosed();
    },
  };
}

/** First frame of every stream: where it really begins. */
export function helloFrame(at: StreamPoint, more: object): string {
  const json = JSON.stringify({ position: at.position, epoch: at.epoch, ...more });
  return frame('hello', json, formatStreamId(at.epoch, at.position));
}
