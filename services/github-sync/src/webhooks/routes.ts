import { createHash } from 'node:crypto';
import type { EventStore } from '@claude-codex/eventing';
import { type HttpServer, type Logger, Problem, runWork } from '@claude-codex/service-kit';
import { holdAtMost } from '@claude-codex/service-kit/http/held-bodies';
import { createSignatureCheck } from './signature.ts';

/** What a delivery led to. `ignored`: nothing here is about it. */
export interface Outcome {
  status: 'done' | 'duplicate' | 'ignored';
  reason: string;
}

export interface Delivery {
  /** `pull_request` and so on, from `X-GitHub-Event`. Not signed: a hint about the body, never more. */
  event: string;
  /** GitHub's id of the delivery. Not signed either. */
  deliveryId: string;
  /** SHA-256 (hex) of the signed bytes: what tells a repeated delivery, whatever id it comes with. */
  bodyHash: string;
  payload: unknown;
}

/** Stores what follows from the deliveries of one family. */
export type Handler = (store: EventStore, delivery: Delivery) => Promise<Outcome> | Outcome;

export interface WebhookRoutes {
  http: HttpServer;
  log: Logger;
  /** Empty: GitHub is not connected. */
  secrets: readonly string[];
  /** Stores what follows from the delivery; throws when that cannot be done now. */
  handle(delivery: Delivery): Promise<Outcome>;
  /** GitHub gives up after 10 s and we promise one. Default 900 ms. */
  answerWithinMs?: number;
}

/** The largest body GitHub sends. */
const MAX_BYTES = 25 * 1024 * 1024;
/** Nothing is known of a sender before the whole body is there. */
const TOGETHER = { maxBytes: 2 * MAX_BYTES, withinMs: 10_000 };

/** `POST /webhooks/github`: verified over the raw bytes and stored before it is answered. */
export function addWebhookRoutes({ http, log, secrets, handle, answerWithinMs = 900 }: WebhookRoutes): void {
  const isSigned = createSignatureCheck(secrets);

  void http.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    const limits = { bodyLimit: MAX_BYTES, preParsing: holdAtMost(TOGETHER) };
    scope.post('/webhooks/github', { ...limits, schema: { hide: true } }, async (request, reply) => {
      if (secrets.length === 0) {
        throw new Problem('NOT_FOUND', { detail: 'GitHub is not connected. Set GITHUB_WEBHOOK_SECRET to connect it.' });
      }
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // The library that checks signatures takes no empty body, and there is nothing in one to keep from anybody.
      if (bytes.length === 0) throw new Problem('MALFORMED_JSON', { detail: 'The body is empty.' });
      const signature = headerOf(request.headers, 'x-hub-signature-256');
      const body = utf8(bytes);
      if (body === null || !(await isSigned(body, signature))) {
        throw new Problem('TOKEN_INVALID', { detail: 'The signature does not match the body.' });
      }
      const event = headerOf(request.headers, 'x-github-event') ?? '';
      const deliveryId = headerOf(request.headers, 'x-github-delivery') ?? '';
      const delivery = { event, deliveryId, bodyHash: sha256(bytes), payload: parse(body) };
      const outcome = await runWork(log, 'github-delivery', { event, deliveryId }, async (work) => {
        const done = await inTime(handle(delivery), answerWithinMs, log);
        work.set({ ...done });
        return done;
      });
      return reply.code(outcome.status === 'ignored' ? 202 : 200).send(outcome);
    });
  });
}

/** What takes longer goes on, but GitHub hears that it failed: a delivery shown as failed can be sent again. */
async function inTime<Value>(work: Promise<Value>, ms: number, log: Logger): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const detail = 'The event store did not take the delivery in time. Redeliver it later.';
  const timer = setTimeout(() => {
    work.catch((error: unknown) => log.warn({ err: error }, 'a delivery failed after it was answered'));
    reject(new Problem('STORE_UNAVAILABLE', { detail }));
  }, ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function headerOf(headers: Record<string, string | string[] | undefined>, name: string): string | undefined {
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
    throw new Problem('MALFORMED_JSON', { detail: 'The body is not JSON. Set the content type to JSON.', cause });
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
