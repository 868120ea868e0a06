// Many readers of one stream in one process, forked by `watchers.ts`: counts events and how old they are. Sockets read
// into one shared buffer, so that the readers cost the machine as little as they can.
import { connect } from 'node:net';
import { MARK, MARK_LENGTH, nowMicros, SLOT_MICROS, SLOTS, TIME_DIGITS } from './mark.ts';
import type { Ask, Report } from './watchers.ts';

const CONNECTING = 100;
/** More than are on their way at once. */
const REMEMBERED = 512;
const mark = Buffer.from(MARK);
const shared = Buffer.allocUnsafe(256 * 1024);
const slots = new Uint32Array(SLOTS);
let frames = 0;
let bytes = 0;
let repeated = 0;
let cut = 0;
let goal = Number.POSITIVE_INFINITY;
let closing = false;

function tell(report: Report): void {
  process.send?.(report);
}

/**
 * Counts the events of a chunk that this reader had not seen: a server may send a row again, as at-least-once allows,
 * and that is no delivery. Gives the beginning of a mark that the next chunk ends, copied.
 */
function take(chunk: Buffer, had: Int32Array): Buffer | null {
  const now = nowMicros();
  let begin = chunk.indexOf(mark);
  for (; begin >= 0 && begin + MARK_LENGTH <= chunk.length; begin = chunk.indexOf(mark, begin + MARK_LENGTH)) {
    const time = begin + MARK.length;
    const number = digits(chunk, time + TIME_DIGITS, begin + MARK_LENGTH);
    if (had[number % REMEMBERED] === number) {
      repeated += 1;
      continue;
    }
    had[number % REMEMBERED] = number;
    const age = now - digits(chunk, time, time + TIME_DIGITS);
    const slot = Math.min(Math.max(Math.floor(age / SLOT_MICROS), 0), SLOTS - 1);
    slots[slot] = (slots[slot] ?? 0) + 1;
    frames += 1;
  }
  if (begin >= 0) return Buffer.from(chunk.subarray(begin));
  return chunk.at(-1) === mark[0] ? Buffer.from(MARK.slice(0, 1)) : null;
}

function digits(chunk: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + ((chunk[at] ?? 48) - 48);
  return value;
}

function open(port: number, path: string, headers: Record<string, string>): Promise<void> {
  const opened = Promise.withResolvers<void>();
  const had = new Int32Array(REMEMBERED).fill(-1);
  let rest: Buffer | null = null;
  let begun = false;
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: shared,
      callback(count, buffer) {
        const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, count);
        bytes += count;
        if (!begun) {
          begun = true;
          const status = chunk.subarray(0, 15).toString('latin1');
          if (status.startsWith('HTTP/1.1 200')) opened.resolve();
          else opened.reject(new Error(`the stream answered ${status}`));
        }
        rest = take(rest === null ? chunk : Buffer.concat([rest, chunk]), had);
        if (frames >= goal) {
          goal = Number.POSITIVE_INFINITY;
          tell({ kind: 'reached' });
        }
        return true;
      },
    },
  });
  const lines = Object.entries({ host: `127.0.0.1:${port}`, accept: 'text/event-stream', ...headers });
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket.once('error', opened.reject);
  socket.once('close', () => {
    if (!closing) cut += 1;
    opened.reject(new Error('the stream was closed before it began'));
  });
  return opened.promise;
}

async function openAll({ port, path, headers, clients }: Extract<Ask, { kind: 'open' }>): Promise<void> {
  let next = 0;
  async function openSome(): Promise<void> {
    while (next < clients) {
      const index = next;
      next += 1;
      await open(port, path, headers[index] ?? {});
    }
  }
  await Promise.all(Array.from({ length: CONNECTING }, openSome));
}

process.on('message', (ask: Ask) => {
  if (ask.kind === 'open') {
    openAll(ask).then(
      () => tell({ kind: 'opened' }),
      (error: unknown) => tell({ kind: 'failed', reason: String(error) }),
    );
  } else if (ask.kind === 'await') {
    goal = ask.frames;
    if (frames >= goal) {
      goal = Number.POSITIVE_INFINITY;
      tell({ kind: 'reached' });
    }
  } else if (ask.kind === 'report') {
    goal = Number.POSITIVE_INFINITY; // who asks this waits for nothing else any more
    const used = [...slots.entries()].filter(([, count]) => count > 0);
    tell({ kind: 'report', frames, repeated, bytes, cut, slots: used });
    if (ask.reset) slots.fill(0);
  } else {
    closing = true;
    process.exit(0);
  }
});
