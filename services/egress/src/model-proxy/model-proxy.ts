import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '@claude-codex/service-kit';
import type { EgressLimits, ModelProvider } from '../config.ts';
import { idleCut } from '../doors/idle-cut.ts';
import { BodyTooLarge, readBody } from '../doors/read-body.ts';
import type { Door, DoorIdentity, TokenUsage, UsageRecorder } from '../ports.ts';
import { agentHeaders, providerHeaders } from './headers.ts';
import { sendProviderError } from './provider-errors.ts';
import { rateLimitOf } from './rate-limit.ts';
import { remedyFor, type Upstream, UpstreamSilent } from './upstream.ts';
import { meterFor } from './usage-meter.ts';

/** What may be asked of the provider, and what of it costs money. */
const ROUTES: Record<string, { method: string; metered: boolean }> = {
  '/v1/messages': { method: 'POST', metered: true },
  '/v1/messages/count_tokens': { method: 'POST', metered: false },
  '/v1/models': { method: 'GET', metered: false },
};
/** Never sent, only recorded: the agent hung up before there was an answer. */
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
    await settle(door.identity, request, response, route.metered).finally(() => {
      door.modelCalls -= 1;
    });
  }

  /** Makes one call and records it, however it ended. */
  async function settle(
    door: DoorIdentity,
    request: IncomingMessage,
    response: ServerResponse,
    metered: boolean,
  ): Promise<void> {
    const from = performance.now();
    let asked: Buffer = Buffer.alloc(0);
    let outcome: Outcome;
    try {
      asked = await readBody(request, limits.modelRequestBytes);
      outcome = await forward(door, request, response, asked);
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

  async function forward(
    door: DoorIdentity,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<Outcome> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = await upstream.call({
      method: request.method ?? 'POST',
      path: request.url ?? '',
      headers: providerHeaders(request.headers, provider),
      body,
      answerWithinMs: wantsStream(body) ? limits.firstByteMs : limits.wholeAnswerMs,
      signal: gone.signal,
    });
    const status = answer.statusCode ?? 502;
    if (status >= 300 && status < 400) {
      answer.resume();
      throw new Error('the provider answered with a redirect');
    }
    if (status === 429) usage.rateLimitHit(door, rateLimitOf(answer.headers, new Date()));
    const meter = meterFor(answer.headers['content-type']);
    response.writeHead(status, agentHeaders(answer.headers));
    response.flushHeaders();
    const watch = idleCut(answer, limits.streamIdleMs, (chunk) => meter?.push(chunk));
    // A stream that breaks off is passed on as a stream that breaks off: Claude Code knows what to do with that.
    const problem = await pipeline(answer, watch, response).then(
      () => null,
      (error: Error) => error.message,
    );
    return { status, ...(meter?.read() ?? { model: null, usage: NO_USAGE }), problem };
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

function refuse(error: unknown, response: ServerResponse): Outcome {
  const problem = error instanceof Error ? error.message : String(error);
  const refused = (status: number): Outcome => ({ status, model: null, usage: NO_USAGE, problem });
  if (response.destroyed) return refused(AGENT_WENT_AWAY);
  if (error instanceof BodyTooLarge) {
    response.setHeader('connection', 'close');
    return refused(sendProviderError(response, 'request_too_large', 'The request is larger than 32 MiB.'));
  }
  if (error instanceof UpstreamSilent) {
    return refused(sendProviderError(response, 'overloaded_error', 'The model provider did not answer in time.'));
  }
  return refused(sendProviderError(response, 'api_error', `The model provider cannot be reached${remedyFor(error)}.`));
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
