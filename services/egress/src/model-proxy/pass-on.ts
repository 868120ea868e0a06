import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { EgressLimits } from '../config.ts';
import { idleCut } from '../doors/idle-cut.ts';
import { agentHeaders } from './headers.ts';
import type { HeldAnswer } from './held-answer.ts';
import { AGENT_WENT_AWAY, NO_USAGE, type Outcome } from './outcome.ts';
import { meterFor, type UsageMeter } from './usage-meter.ts';

/** The provider's answer goes to the agent as it comes, and is read on the side for what it costs. */
export async function passOn(
  answer: IncomingMessage,
  response: ServerResponse,
  held: HeldAnswer,
  limits: Pick<EgressLimits, 'streamIdleMs' | 'lastWordsMs'>,
): Promise<Outcome> {
  const status = answer.statusCode ?? 502;
  const meter = meterFor(answer.headers['content-type']);
  held.stop();
  if (!held.begun && !response.destroyed) {
    response.writeHead(status, agentHeaders(answer.headers));
    response.flushHeaders();
  }
  const watch = idleCut(answer, limits.streamIdleMs, (chunk) => meter?.push(chunk));
  let brokeOff = false;
  // A stream that breaks off is passed on as a stream that breaks off: Claude Code knows what to do with that. Piped
  // apart, because a pipeline would end the answer with the agent, and what is in it unread.
  answer.once('error', (error) => {
    brokeOff = true;
    watch.destroy(error);
  });
  answer.pipe(watch);
  const problem = await pipeline(watch, response).then(
    () => null,
    (error: Error) => error.message,
  );
  const hungUp = problem !== null && !brokeOff;
  if (hungUp) await hearOut(answer, meter, limits.lastWordsMs);
  const used = meter?.read() ?? { model: null, usage: NO_USAGE };
  return { status: hungUp ? AGENT_WENT_AWAY : status, ...used, problem };
}

/** Reads on until the provider has said what the call costs, which it does at the beginning, and ends the call then. */
async function hearOut(answer: IncomingMessage, meter: UsageMeter | null, withinMs: number): Promise<void> {
  const timer = setTimeout(() => answer.destroy(), withinMs);
  answer.on('error', () => undefined); // nobody is left to be told
  try {
    if (meter !== null && !meter.knows()) {
      for await (const chunk of answer) {
        meter.push(chunk as Buffer);
        if (meter.knows()) break;
      }
    }
  } catch {
    // It broke off: what it had said counts.
  } finally {
    clearTimeout(timer);
    answer.destroy();
  }
}
