import { createHmac } from 'node:crypto';
import type { Hook } from '../state.ts';

export interface Sent {
  readonly guid: string;
  readonly event: string;
  /** JSON. */
  readonly payload: string;
  readonly target: { readonly type: 'repository' | 'integration'; readonly id: number };
}

export interface Outcome {
  /** What the receiver answered; 502 when nobody did. */
  readonly statusCode: number;
  readonly seconds: number;
}

/** GitHub waits for no receiver longer. */
const PATIENCE_MS = 10_000;

/** One delivery as GitHub makes it, signed over the very bytes that are sent. */
export async function send(hook: Hook, { guid, event, payload, target }: Sent): Promise<Outcome> {
  const isForm = hook.contentType === 'form';
  const body = isForm ? new URLSearchParams({ payload }).toString() : payload;
  const start = performance.now();
  const statusCode = await fetch(hook.url, {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: {
      accept: '*/*',
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'user-agent': 'GitHub-Hookshot/standin',
      'x-github-delivery': guid,
      'x-github-event': event,
      'x-github-hook-id': String(hook.id),
      'x-github-hook-installation-target-id': String(target.id),
      'x-github-hook-installation-target-type': target.type,
      ...(hook.secret === null ? {} : signatures(hook.secret, body)),
    },
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 502,
  );
  return { statusCode, seconds: (performance.now() - start) / 1000 };
}

function signatures(secret: string, body: string) {
  const sign = (algorithm: 'sha1' | 'sha256') =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  return { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') };
}
