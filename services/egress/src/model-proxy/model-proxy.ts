import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@claude-codex/service-kit';
import type { EgressLimits, ModelProvider } from '../config.ts';
import { beginningOf } from '../doors/beginning-of.ts';
import { readBody } from '../doors/read-body.ts';
import type { Door, DoorIdentity, UsageRecorder } from '../ports.ts';
import { type Failed, giveUp, refuse } from './failed-call.ts';
import { providerHeaders, subAgentOf, withoutCredential } from './headers.ts';
import { holdAnswer } from './held-answer.ts';
import type { Outcome } from './outcome.ts';
import { passOn } from './pass-on.ts';
import { sendProviderError } from './provider-errors.ts';
import { faultOf, faultOfFailure } from './provider-fault.ts';
import { rateLimitOf } from './rate-limit.ts';
import { ALLOWED_PATHS, routeOf } from './routes.ts';
import type { Upstream } from './upstream.ts';

/** What a timer takes; a limit that lasts longer is asked again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A page of a proxy or a sign-in form with status 200 is none. */
const IS_MODEL_ANSWER = /^(?:text\/event-stream|application\/json)\b/;
/** What can follow in a stream that has begun. */
const IS_STREAM = /^text\/event-stream\b/;

export interface ModelProxy {
  /** True when the path belongs to the model provider, whether or not it is allowed. */
  serves(path: string): boolean;
  handle(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Drops the connections to the provider; resolves when the calls cut that way are recorded. */
  close(): Promise<void>;
}

/** Passes calls on to the provider with the real credential, and reads on the side what they used. */
export function createModelProxy(options: {
  provider: ModelProvider;
  upstream: Upstream;
  limits: EgressLimits;
  usage: UsageRecorder;
  log: Logger;
}): ModelProxy {
  const { provider, upstream, limits, usage, log } = options;
  const running = new Set<Promise<void>>();

  async function handle(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const route = routeOf(request.method, path);
    if (route === null) {
      const allowed = ALLOWED_PATHS.join(', ');
      sendProviderError(response, 'not_found_error', `Only these are open from a workspace: ${allowed}.`);
      return;
    }
    if (door.modelCalls >= limits.modelCallsPerDoor) {
      sendProviderError(response, 'overloaded_error', 'Too many calls at the same time from this workspace.');
      return;
    }
    door.modelCalls += 1;
    await settle(door, request, response, route.metered).finally(() => {
      door.modelCalls -= 1;
    });
  }

  /** Makes one call and records it, however it ended. */
  async function settle(
    { identity: door, bodies }: Door,
    request: IncomingMessage,
    response: ServerResponse,
    metered: boolean,
  ): Promise<void> {
    const from = performance.now();
    let asked: Buffer = Buffer.alloc(0);
    let outcome: Outcome;
    try {
      asked = await readBody(request, response, { maxBytes: limits.modelRequestBytes, memory: bodies });
      outcome = await forward(door, request, response, asked, metered);
    } catch (error) {
      outcome = refuse(error, response);
    }
    const durationMs = Math.round(performance.now() - from);
    const model = outcome.model ?? modelIn(asked) ?? 'unknown';
    const { status, problem } = outcome;
    const { instanceId, epoch } = door;
    const subAgentId = subAgentOf(request.headers);
    if (metered) usage.callSettled(door, { model, status, usage: outcome.usage, durationMs, subAgentId });
    log.info(
      { instanceId, epoch, path: pathOf(request), model, status, durationMs, problem, ...outcome.usage },
      'model call',
    );
  }

  /**
   * Makes the call until the provider answers it. What is wrong with the provider is no answer: the agent waits, and people
   * are told why. What is wrong with the request goes to the agent as it came.
   */
  async function forward(
    door: DoorIdentity,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    metered: boolean,
  ): Promise<Outcome> {
    const gone = new AbortController();
    let asking = false;
    // A call under way costs what it costs; the provider may still say how much.
    response.once('close', () => {
      if (asking) setTimeout(() => gone.abort(), limits.lastWordsMs).unref();
      else gone.abort();
    });
    const streamed = wantsStream(body);
    const held = holdAnswer(response, limits.pingMs);
    const from = performance.now();
    const mayWait = () => metered && (streamed || performance.now() - from < limits.holdWholeMs);
    for (let delayMs = limits.retryFirstMs; ; delayMs = Math.min(delayMs * 2, limits.retryLongestMs)) {
      asking = true;
      const tried = await tryOnce(request, body, { streamed, begun: held.begun }, gone.signal);
      if ('answer' in tried) {
        usage.providerAnswered(door);
        return passOn(tried.answer, response, held, limits);
      }
      asking = false;
      if (response.destroyed) throw new Error('the agent hung up');
      const { fault, refused } = tried;
      if (refused?.status === 429) usage.rateLimitHit(door, rateLimitOf(refused.headers, new Date()));
      if (fault === null || !mayWait()) return giveUp(tried, response, held);
      usage.providerFailed(door, fault);
      log.warn(
        { instanceId: door.instanceId, cause: fault.cause, detail: fault.detail },
        'the model provider fails a call',
      );
      if (streamed) held.begin();
      const wait = fault.needsPerson ? limits.retryPersonMs : delayMs;
      const resetsIn = (fault.retryAt?.getTime() ?? 0) - Date.now();
      await sleep(Math.max(wait, Math.min(resetsIn, LONGEST_TIMER_MS)), null, { signal: gone.signal });
    }
  }

  async function tryOnce(
    request: IncomingMessage,
    asked: Buffer,
    { streamed, begun }: { streamed: boolean; begun: boolean },
    signal: AbortSignal,
  ): Promise<{ answer: IncomingMessage } | Failed> {
    try {
      const answer = await upstream.call({
        method: request.method ?? 'POST',
        path: request.url ?? '',
        headers: providerHeaders(request.headers, provider),
        body: asked,
        answerWithinMs: streamed ? limits.firstByteMs : limits.wholeAnswerMs,
        signal,
      });
      const status = answer.statusCode ?? 502;
      const isAnswer = begun ? IS_STREAM : IS_MODEL_ANSWER;
      if (status < 300 && isAnswer.test(answer.headers['content-type'] ?? '')) return { answer };
      const body = withoutCredential(await beginningOf(answer, limits.streamIdleMs), provider);
      const refused = { status, headers: answer.headers, body };
      return { fault: faultOf(refused), refused };
    } catch (error) {
      if (signal.aborted) throw error;
      return { fault: faultOfFailure(error), refused: null };
    }
  }

  return {
    serves: (path) => path === '/v1' || path.startsWith('/v1/'),
    handle(door, request, response) {
      const call = handle(door, request, response).finally(() => running.delete(call));
      running.add(call);
      return call;
    },
    async close() {
      upstream.close();
      await Promise.allSettled(running);
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

/** Inside a JSON text quotes are escaped, so these bytes can only be a field. */
function wantsStream(body: Buffer): boolean {
  return body.includes('"stream":true') || body.includes('"stream": true');
}

/** For calls whose answer names no model. */
function modelIn(body: Buffer): string | null {
  return /"model"\s*:\s*"([\w.:@/-]{1,100})"/.exec(body.toString('latin1'))?.[1] ?? null;
}
