import type { ArrivedDelivery } from '@claude-codex/contracts';
import { type HttpServer, type Logger, Problem, runWork } from '@claude-codex/service-kit';
import { holdAtMost } from '@claude-codex/service-kit/http/held-bodies';
import type { AppSecrets } from './app-secrets.ts';
import { describeDelivery } from './arrived.ts';
import { createSignatureCheck, type SigningSecret } from './signature.ts';

export interface WebhookRoutes {
  http: HttpServer;
  log: Logger;
  /** Of webhooks that a person set up. With none of them, and none of the app's, webhooks are not set up. */
  secrets: readonly SigningSecret[];
  appSecrets: Pick<AppSecrets, 'of'>;
  /**
   * Stores it and has it handled afterwards. Throws when it cannot be stored now.
   * @param text the payload, where that is too large to be kept as well
   */
  take(arrived: Omit<ArrivedDelivery, 'provider'>, text: string): Promise<'waiting' | 'repeated'>;
}

/** A webhook may be set to either content type. */
const FORM = 'application/x-www-form-urlencoded';
const APP_ID = /^\d{1,15}$/;
/** The largest body GitHub sends. */
const MAX_BYTES = 25 * 1024 * 1024;
/** Nothing is known of a sender before the whole body is there. */
const TOGETHER = { maxBytes: 2 * MAX_BYTES, withinMs: 10_000 };

/**
 * `POST /webhooks/github`: verified over the raw bytes, stored, answered, then taken as a hint that something is to be
 * looked at.
 */
export function addWebhookRoutes({ http, log, secrets, appSecrets, take }: WebhookRoutes): void {
  /** Which app it says to be of is a hint where to look: the signature decides. */
  async function secretsFor(headers: Headers): Promise<readonly SigningSecret[]> {
    const appId = headerOf(headers, 'x-github-hook-installation-target-id') ?? '';
    const isOfApp = headerOf(headers, 'x-github-hook-installation-target-type') === 'integration';
    return isOfApp && APP_ID.test(appId) ? [...secrets, ...(await appSecrets.of(appId))] : secrets;
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
      const body = utf8(bytes);
      const signature = headerOf(request.headers, 'x-hub-signature-256');
      const signedWith = body === null ? null : await createSignatureCheck(accepted)(body, signature);
      if (body === null || signedWith === null) {
        throw new Problem('TOKEN_INVALID', { detail: 'The signature does not match the body.' });
      }
      const event = headerOf(request.headers, 'x-github-event') ?? '';
      const guid = headerOf(request.headers, 'x-github-delivery') ?? '';
      const isForm = headerOf(request.headers, 'content-type')?.startsWith(FORM) === true;
      const text = isForm ? (new URLSearchParams(body).get('payload') ?? '') : body;
      const payload = parse(text);
      const arrived = describeDelivery({ guid, event, signedWith, bytes: bytes.length, text, payload });
      const status = await runWork(log, 'github-delivery', { event, guid, signedWith }, async (work) => {
        const taken = await take(arrived, text);
        work.set({ status: taken });
        return taken;
      });
      return reply.code(202).send({ status });
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
