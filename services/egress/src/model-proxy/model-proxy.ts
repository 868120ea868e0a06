import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@claude-codex/service-kit';
import type { EgressLimits, ModelProvider } from '../config.ts';
import { beginningOf } from '../doors/beginning-of.ts';
import { idleCut } from '../doors/idle-cut.ts';
import { BodyTooLarge, readBody, TooMuchAtOnce } from '../doors/read-body.ts';
import type { Door, DoorIdentity, TokenUsage, UsageRecorder } from '../ports.ts';
import { agentHeaders, providerHeaders } from './headers.ts';
import { type HeldAnswer, holdAnswer } from './held-answer.ts';
import { sendProviderError } from './provider-errors.ts';
import { faultOf, faultOfFailure, type ProviderFault, type RefusedAnswer } from './provider-fault.ts';
import { rateLimitOf } from './rate-limit.ts';
import type { Upstream } from './upstream.ts';
import { meterFor, type UsageMeter } from './usage-meter.ts';

/** What may be asked of the provider, and what of it costs money. */
const ROUTES: Record<string, { method: string; metered: boolean }> = {
  '/v1/messages': { method: 'POST', metered: true },
  '/v1/messages/count_tokens': { method: 'POST', metered: false },
  '/v1/models': { method: 'GET', metered: false },
};
/** Never sent, only recorded: the agent hung up before the answer was complete. */
const AGENT_WENT_AWAY = 499;
const NO_USAGE: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteLongTokens: 0,
};

export interface ModelProxy {
  /** True when the path belongs to the model provider, whether or not it is allowed. */
  serves(path: string): boolean;
  handle(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Drops the connections to the provider; resolves when the calls cut that way are recorded. */
  close(): Promise<void>;
}

interface Outcome {
  status: number;
  model: string | null;
  usage: TokenUsage;
  problem: string | null;
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
    const route = ROUTES[path];
    if (route === undefined || route.method !== request.method) {
      const allowed = Object.keys(ROUTES).join(', ');
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
    if (metered) usage.callSettled(door, { model, status, usage: outcome.usage, durationMs });
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
        return passOn(tried.answer, response, held);
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

  async function passOn(answer: IncomingMessage, response: ServerResponse, held: HeldAnswer): Promise<Outcome> {
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

interface Failed {
  fault: ProviderFault | null;
  /** Null when there was no answer at all. */
  refused: RefusedAnswer | null;
}

/** What a timer takes; a limit that lasts longer is asked again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The agent gets what the provider said, or what is wrong in the provider's own shape. */
function giveUp({ fault, refused }: Failed, response: ServerResponse, held: HeldAnswer): Outcome {
  held.stop();
  const problem = fault?.detail ?? null;
  const isRedirect = refused !== null && refused.status >= 300 && refused.status < 400;
  if (refused === null || refused.status < 400 || isRedirect) {
    const type = fault?.cause === 'model_silent' ? 'overloaded_error' : 'api_error';
    const status = sendProviderError(response, type, capitalised(problem ?? 'the model provider failed'));
    return { status, model: null, usage: NO_USAGE, problem };
  }
  const { status, headers, body } = refused;
  if (held.begun) response.end(`event: error\ndata: ${oneLine(body)}\n\n`);
  else response.writeHead(status, { ...agentHeaders(headers), 'content-length': Buffer.byteLength(body) }).end(body);
  return { status, model: null, usage: NO_USAGE, problem };
}

/** An error may repeat what it was asked with, and neither agents nor people may see the key. */
function withoutCredential(text: string, { apiKey, authToken }: ModelProvider): string {
  return [apiKey, authToken].reduce<string>((rest, key) => (key === null ? rest : rest.replaceAll(key, '…')), text);
}

/** An event's data is one line; JSON says the same without line breaks. */
function oneLine(body: string): string {
  return body.replace(/\s*[\r\n]+\s*/g, ' ');
}

function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** A page of a proxy or a sign-in form with status 200 is none. */
const IS_MODEL_ANSWER = /^(?:text\/event-stream|application\/json)\b/;
/** What can follow in a stream that has begun. */
const IS_STREAM = /^text\/event-stream\b/;

function refuse(error: unknown, response: ServerResponse): Outcome {
  const problem = error instanceof Error ? error.message : String(error);
  const refused = (status: number): Outcome => ({ status, model: null, usage: NO_USAGE, problem });
  if (response.destroyed) return refused(AGENT_WENT_AWAY);
  if (error instanceof BodyTooLarge) {
    response.setHeader('connection', 'close');
    return refused(sendProviderError(response, 'request_too_large', 'The request is larger than 32 MiB.'));
  }
  if (error instanceof TooMuchAtOnce) {
    response.setHeader('connection', 'close');
    return refused(sendProviderError(response, 'overloaded_error', error.message));
  }
  return refused(sendProviderError(response, 'api_error', 'The model provider cannot be reached.'));
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
