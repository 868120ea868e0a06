import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { nodeHttp } from '@claude-codex/service-kit/http/node-http';
import type { ProxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';

export interface UpstreamCall {
  method: string;
  /** Path and query as the agent asked for; appended to the path of the base address. */
  path: string;
  headers: OutgoingHttpHeaders;
  body: Buffer;
  /** Time until the answer's headers; then `UpstreamSilent`. */
  answerWithinMs: number;
  signal: AbortSignal;
}

/** Nothing came back in time. */
export class UpstreamSilent extends Error {
  constructor(waitedMs: number) {
    super(`no answer within ${waitedMs} ms`);
    this.name = 'UpstreamSilent';
  }
}

export interface Upstream {
  /** Resolves with the answer as soon as its headers are there. Never follows a redirect. */
  call(call: UpstreamCall): Promise<IncomingMessage>;
  close(): void;
}

/**
 * Kept-alive connections to one base address, by the operator's proxy where there is one. Node itself knows the proxy
 * variables and trusts the certificates of `NODE_EXTRA_CA_CERTS`.
 */
export function createUpstream(baseUrl: string, proxyEnv: ProxyVariables = {}): Upstream {
  const base = new URL(baseUrl);
  const secure = base.protocol === 'https:';
  const kept = { keepAlive: true, proxyEnv };
  const agent = secure ? new HttpsAgent(kept) : new nodeHttp.Agent(kept);
  const request = secure ? httpsRequest : nodeHttp.request;
  const prefix = base.pathname.replace(/\/$/, '');

  function send(call: UpstreamCall): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { ...call.headers, 'content-length': call.body.length };
      const { method, signal } = call;
      const outgoing = request(base, { method, path: prefix + call.path, headers, agent, signal });
      const timer = setTimeout(() => outgoing.destroy(new UpstreamSilent(call.answerWithinMs)), call.answerWithinMs);
      outgoing.once('response', (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      outgoing.once('error', (error) => {
        clearTimeout(timer);
        reject(Object.assign(error, { staleConnection: outgoing.reusedSocket && isReset(error) }));
      });
      outgoing.end(call.body);
    });
  }

  return {
    /** A kept connection may have been closed by the other side just now: that call never arrived, so it is sent again. */
    call: (call) =>
      send(call).catch((error: Error & { staleConnection?: boolean }) => {
        if (error.staleConnection !== true || call.signal.aborted) throw error;
        return send(call);
      }),
    close: () => agent.destroy(),
  };
}

/** What whoever runs the server can do about it; empty when the error says nothing of that kind. */
export function remedyFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_PROXY_TUNNEL') return ': the proxy of HTTPS_PROXY does not lead there';
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_/.test(code)) {
    return ': its certificate is not trusted; NODE_EXTRA_CA_CERTS names a file with those to trust as well';
  }
  return '';
}

function isReset(error: Error & { code?: string }): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}
