import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { egressRequest, passed, refuse } from './egress-request.ts';

export interface ToolCallLimits {
  maxBytes: number;
  /** How long the house may be away before the agent hears of it. */
  patienceMs: number;
  firstRetryMs: number;
}

export const TOOL_CALL_LIMITS: ToolCallLimits = {
  maxBytes: 4 * 1024 * 1024,
  patienceMs: 10 * 60_000,
  firstRetryMs: 100,
};

const LONGEST_RETRY_MS = 2_000;
const BOUNDARY = '\n\n';

/**
 * A tool call that outlives restarts of what is behind it. Claude Code takes two minutes to give up on a call whose
 * answer was cut off (measured with 2.1.328), and the agent then has to guess what happened. The tools answer a call
 * that is sent again with its first answer, so the relay sends it again until the answer is whole.
 */
export async function passOnToolCall(
  socketPath: string,
  request: IncomingMessage,
  response: ServerResponse,
  limits: ToolCallLimits = TOOL_CALL_LIMITS,
): Promise<void> {
  const body = await readBody(request, limits.maxBytes);
  if (body === null)
    return refuse(response, 413, 'invalid_request_error', `a tool call may be at most ${limits.maxBytes} bytes`);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const until = performance.now() + limits.patienceMs;
  for (let waitMs = limits.firstRetryMs; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
    const whole = await attempt(socketPath, request, response, { body, gone: gone.signal });
    if (whole || gone.signal.aborted) return;
    if (performance.now() + waitMs > until) break;
    await sleep(waitMs, undefined, { signal: gone.signal }).catch(() => undefined); // aborted: seen at the next turn
  }
  if (response.headersSent) response.destroy();
  else refuse(response, 502, 'api_error', 'the tools cannot be reached');
}

interface Attempt {
  body: Buffer;
  gone: AbortSignal;
}

/** True when the answer was passed on to its end; false when it was cut off or the house was not there. */
function attempt(
  socketPath: string,
  request: IncomingMessage,
  response: ServerResponse,
  { body, gone }: Attempt,
): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = egressRequest(socketPath, request);
    const stop = () => outgoing.destroy();
    gone.addEventListener('abort', stop, { once: true });
    const done = (whole: boolean) => {
      gone.removeEventListener('abort', stop);
      resolve(whole);
    };
    outgoing.once('error', () => done(false));
    outgoing.once('response', (answer) => {
      const status = answer.statusCode ?? 502;
      if (status === 502 || status === 503) {
        answer.resume();
        return done(false);
      }
      const streamed = answer.headers['content-type']?.includes('text/event-stream') === true;
      passAnswer(answer, response, streamed).then(done);
    });
    outgoing.end(body);
  });
}

/** Passes whole events on at once, and anything else when it is complete: half an answer cannot be taken back. */
async function passAnswer(answer: IncomingMessage, response: ServerResponse, streamed: boolean): Promise<boolean> {
  let kept = '';
  answer.setEncoding('utf8');
  try {
    for await (const chunk of answer) {
      kept += chunk;
      const end = streamed ? kept.lastIndexOf(BOUNDARY) : -1;
      if (end < 0) continue;
      begin(answer, response);
      response.write(kept.slice(0, end + BOUNDARY.length));
      kept = kept.slice(end + BOUNDARY.length);
    }
  } catch {
    return false; // cut off; what came since the last whole event is dropped with it
  }
  begin(answer, response);
  response.end(kept);
  return true;
}

function begin(answer: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) return;
  const { 'content-length': _length, ...headers } = passed(answer.headers);
  response.writeHead(answer.statusCode ?? 502, headers);
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
