import { ForgeWebhooks, ForgeWebhooksAnswer, type RemoteForge, subjects } from '@claude-codex/contracts';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import type { SigningSecret } from './signature.ts';

export interface AppSecrets {
  /** What an app signs its deliveries with; none for one that nobody here made. Throws a problem when nobody can say. */
  of(appId: string): Promise<readonly SigningSecret[]>;
  /** What apps with a webhook act with. Throws the same. */
  credentialIds(): Promise<readonly string[]>;
}

/** One that was replaced or disconnected is taken for so long at most. */
const KEPT_MS = 60_000;
/** Anybody may name any app, so the gateway is not asked for each of them. */
const AGAIN_MS = 5_000;
const TIMEOUT_MS = 3_000;

/** They are asked of the gateway, all together and sealed to this process, and live in its memory only. */
export function createAppSecrets(provider: RemoteForge, { bus, now }: { bus: Bus; now(): number }): AppSecrets {
  let known: { readonly at: number; readonly webhooks: Promise<ForgeWebhooks> } | null = null;

  async function read(): Promise<ForgeWebhooks> {
    const inbox = await createSealedInbox();
    const request = { provider, publicKey: inbox.publicKey };
    const subject = subjects.secrets.forgeWebhooks;
    const { sealed } = await requestJson(bus, subject, request, ForgeWebhooksAnswer, { timeoutMs: TIMEOUT_MS });
    return ForgeWebhooks.parse(JSON.parse(inbox.openSealed(sealed)));
  }

  async function all(maxAgeMs: number): Promise<ForgeWebhooks> {
    if (known === null || now() - known.at >= maxAgeMs) known = { at: now(), webhooks: read() };
    const asked = known;
    try {
      return await asked.webhooks;
    } catch (cause) {
      if (known === asked) known = null;
      throw new Problem('NOT_READY', {
        detail: 'What signs this cannot be looked up now. Send it again later.',
        cause,
      });
    }
  }

  async function secretsOf(appId: string, maxAgeMs: number): Promise<readonly SigningSecret[]> {
    const webhooks = await all(maxAgeMs);
    return webhooks
      .filter((webhook) => String(webhook.appId) === appId)
      .map(({ secret }) => ({ name: `app:${appId}`, secret }));
  }

  return {
    async of(appId) {
      const found = await secretsOf(appId, KEPT_MS);
      return found.length > 0 ? found : secretsOf(appId, AGAIN_MS);
    },
    credentialIds: async () => (await all(KEPT_MS)).map(({ credentialId }) => credentialId),
  };
}
