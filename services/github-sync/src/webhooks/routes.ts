import { type HttpServer, type Logger, Problem, runWork } from '@claude-codex/service-kit';
import { holdAtMost } from '@claude-codex/service-kit/http/held-bodies';
import type { AppSecrets } from './app-secrets.ts';
import { createSignatureCheck } from './signature.ts';

/** What a delivery led to. `ignored`: nothing here is about it. */
export interface Outcome {
  status: 'done' | 'ignored';
  reason: string;
}

export interface Delivery {
  /** `pull_request` and so on, from `X-GitHub-Event`. Not signed: a hint about the body, never more. */
  event: string;
  /** GitHub's id of the delivery. Not signed either. */
  deliveryId: string;
  payload: unknown;
}

export interface WebhookRoutes {
  http: HttpServer;
  log: Logger;
  /** Of webhooks that a person set up. With none of them, and none of the app's, webhooks are not set up. */
  secrets: readonly string[];
  appSecrets: AppSecrets;
  /** Throws when nothing can be made of it now. */
  handle(delivery: Delivery): Outcome;
}

/** A webhook may be set to either content type. */
const FORM = 'application/x-www-form-urlencoded';
const APP_ID = /^\d{1,15}$/;
/** The largest body GitHub sends. */
const MAX_BYTES = 25 * 1024 * 1024;
/** Nothing is known of a sender before the whole body is there. */
const TOGETHER = { maxBytes: 2 * MAX_BYTES, withinMs: 10_000 };

/**
 * `POST /webhooks/github`: verified over the raw bytes, then taken as a hint that something is to be looked at. What is
 * lost with this process is found by looking without one.
 */
export function addWebhookRoutes({ http, log, secrets, appSecrets, handle }: WebhookRoutes): void {
  /** Which app it says to be of is a hint where to look: the signature decides. */
  async function secretsFor(headers: Headers): Promise<readonly string[]> {
    const appId = headerOf(headers, 'x-github-hook-installation-target-id') ?? '';
    const isOfApp = headerOf(headers, 'x-github-hook-installation-target-type') === 'integration';
    return isOfApp && APP_ID.test(appId) ? [...secrets, ...(await appSecrets(appId))] : secrets;
  }

  void http.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    const limits = { bodyLimit: MAX_BYTES, preParsing: holdAtMost(TOGETHER) };
    scope.post('/webhooks/github', { ...limits, schema: { hide: true } }, async (request, reply) => {
      const accepted = await secretsFor(request.headers);
      if (accepted.length === 0) {
        throw new Problem('NOT_FOUND', {
          detail:
            'Webhooks are not set up here: make an app in Settings, or say in GITHUB_WEBHOOK_SECRET how they are signed.',
        });
      }
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // The library that checks signatures takes no empty body, and there is nothing in one to keep from anybody.
      if (bytes.length === 0) throw new Problem('MALFORMED_JSON', { detail: 'The body is empty.' });
      const signature = headerOf(request.headers, 'x-hub-signature-256');
      const body = utf8(bytes);
      if (body === null || !(await createSignatureCheck(accepted)(body, signature))) {
        throw new Problem('TOKEN_INVALID', { detail: 'The signature does not match the body.' });
      }
      const event = headerOf(request.headers, 'x-github-event') ?? '';
      const deliveryId = headerOf(request.headers, 'x-github-delivery') ?? '';
      const isForm = headerOf(request.headers, 'content-type')?.startsWith(FORM) === true;
      const delivery = {
        event,
        deliveryId,
        payload: parse(isForm ? (new URLSearchParams(body).get('payload') ?? '') : body),
      };
      const outcome = await runWork(log, 'github-delivery', { event, deliveryId }, async (work) => {
        const done = handle(delivery);
        work.set({ ...done });
        return done;
      });
      return reply.code(outcome.status === 'ignored' ? 202 : 200).send(outcome);
    });
  });
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function utf8(bytes: Buffer): string | null {
  const body = bytes.toString('utf8');
  // Replacement characters would let two bodies share a signature.
  return Buffer.from(body, 'utf8').equals(bytes) ? body : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', { detail: 'The body holds no JSON.', cause });
  }
}
