import { ForgeWebhooks, ForgeWebhooksAnswer, type RemoteForge, subjects } from '@claude-codex/contracts';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';

/** What an app signs its deliveries with; none for one that nobody here made. Throws a problem when nobody can say. */
export type AppSecrets = (appId: string) => Promise<readonly string[]>;

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

  async function secretsOf(appId: string, maxAgeMs: number): Promise<readonly string[]> {
    if (known === null || now() - known.at >= maxAgeMs) known = { at: now(), webhooks: read() };
    const asked = known;
    try {
      const webhooks = await asked.webhooks;
      return webhooks.filter((webhook) => String(webhook.appId) === appId).map(({ secret }) => secret);
    } catch (cause) {
      if (known === asked) known = null;
      throw new Problem('NOT_READY', {
        detail: 'What signs this cannot be looked up now. Send it again later.',
        cause,
      });
    }
  }

  return async (appId) => {
    const found = await secretsOf(appId, KEPT_MS);
    return found.length > 0 ? found : secretsOf(appId, AGAIN_MS);
  };
}
