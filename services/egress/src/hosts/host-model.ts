import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { hearOut } from '@claude-codex/service-kit/http/hear-out';
import { HOST_MODEL } from '@claude-codex/service-kit/http/host-token';
import type { Logger } from '@claude-codex/service-kit/log';
import type { EgressLimits, ModelProvider } from '../config.ts';
import type { Allowance } from '../doors/allowance.ts';
import { beginningOf } from '../doors/beginning-of.ts';
import { idleCut } from '../doors/idle-cut.ts';
import { BodyTooLarge, readBody, TooMuchAtOnce } from '../doors/read-body.ts';
import { agentHeaders, providerHeaders, withoutCredential } from '../model-proxy/headers.ts';
import { sendProviderError } from '../model-proxy/provider-errors.ts';
import { faultOfFailure } from '../model-proxy/provider-fault.ts';
import { providerHealth } from '../model-proxy/provider-health.ts';
import { routeOf } from '../model-proxy/routes.ts';
import type { Upstream } from '../model-proxy/upstream.ts';

export interface HostModel {
  /** One try of a call, with the credential. Waiting, trying again and counting are the asking egress's. */
  handle(request: IncomingMessage, response: ServerResponse, memory: Allowance): Promise<void>;
  /** Whether the provider can be reached from here. */
  look(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The model for the agents of further hosts: the credential stays in this process. */
export function createHostModel(options: {
  provider: ModelProvider;
  upstream: Upstream;
  limits: EgressLimits;
  log: Logger;
}): HostModel {
  const { provider, upstream, limits, log } = options;

  async function handle(request: IncomingMessage, response: ServerResponse, memory: Allowance): Promise<void> {
    const target = (request.url ?? '').slice(HOST_MODEL.length);
    const path = target.split('?', 1)[0] ?? '';
    if (routeOf(request.method, path) === null) {
      sendProviderError(response, 'not_found_error', `${request.method} ${path} is not open to hosts.`);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const body = await readBody(request, response, { maxBytes: limits.modelRequestBytes, memory });
      const answer = await upstream.call({
        method: request.method ?? 'POST',
        path: target,
        headers: providerHeaders(request.headers, provider),
        body,
        answerWithinMs: Math.max(limits.firstByteMs, limits.wholeAnswerMs),
        signal: gone.signal,
      });
      await answerWith(answer, response);
    } catch (error) {
      if (response.destroyed) return;
      log.warn({ err: error, path }, 'a model call of a further host failed');
      refuse(error, response);
    }
  }

  async function answerWith(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = answer.statusCode ?? 502;
    const headers = agentHeaders(answer.headers);
    if (status < 300) {
      response.writeHead(status, headers);
      response.flushHeaders();
      // Broken off on either side it is a cut-off answer on the other.
      await pipeline(answer, idleCut(answer, limits.streamIdleMs), response).catch(() => undefined);
      return;
    }
    const text = withoutCredential(await beginningOf(answer, limits.streamIdleMs), provider);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
  }

  async function look(_request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { ok, detail } = await providerHealth(provider.label, upstream);
    response.writeHead(ok ? 200 : 502, { 'content-type': 'text/plain; charset=utf-8' }).end(detail);
  }

  return { handle, look };
}

function refuse(error: unknown, response: ServerResponse): void {
  if (error instanceof BodyTooLarge) {
    hearOut(response);
    sendProviderError(response, 'request_too_large', 'The request is larger than 32 MiB.');
    return;
  }
  if (error instanceof TooMuchAtOnce) {
    hearOut(response);
    sendProviderError(response, 'overloaded_error', 'Further hosts send too much at the same time.');
    return;
  }
  sendProviderError(response, 'api_error', faultOfFailure(error).detail);
}
