import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Hook } from '../state.ts';
import type { Sent } from './delivery.ts';

export interface Outcome {
  /** What the receiver answered; 502 when nobody did. */
  readonly statusCode: number;
  readonly seconds: number;
}

/** Written down when nobody answered. */
const NOBODY = 502;
/** GitHub waits for no receiver longer. */
const PATIENCE_MS = 10_000;

/** One delivery as GitHub makes it, signed over the very bytes that are sent. */
export async function send(hook: Hook, { guid, event, payload, target }: Sent): Promise<Outcome> {
  const isForm = hook.contentType === 'form';
  const body = isForm ? new URLSearchParams({ payload }).toString() : payload;
  const start = performance.now();
  const statusCode = await post(hook.url, body, {
    accept: '*/*',
    'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': 'GitHub-Hookshot/standin',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(target.id),
    'x-github-hook-installation-target-type': target.type,
    ...(hook.secret === null ? {} : signatures(hook.secret, body)),
  });
  return { statusCode, seconds: (performance.now() - start) / 1000 };
}

/** By a connection of its own: one that is kept may be closed by the other side in the very moment it is used. */
function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const open = url.startsWith('https:') ? httpsRequest : httpRequest;
    const length = { 'content-length': Buffer.byteLength(body) };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    open(url, { method: 'POST', agent: false, signal, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? NOBODY);
    })
      .once('error', () => resolve(NOBODY))
      .end(body);
  });
}

function signatures(secret: string, body: string) {
  const sign = (algorithm: 'sha1' | 'sha256') =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  return { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') };
}
