import type { AppCredential, ConvertAppAnswer, ConvertAppRequest } from '@claude-codex/contracts';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { type ApiSettings, createClient } from '../api/client.ts';
import { asking, GithubRefused } from '../api/faults.ts';
import { refusalOf } from './refusal.ts';

/** GitHub gives the secrets of an app once, for a code. They leave this process sealed, and stay nowhere in it. */
export async function convertApp(api: ApiSettings, { code, publicKey }: ConvertAppRequest): Promise<ConvertAppAnswer> {
  try {
    const { octokit } = await createClient(api, null);
    const { data } = await asking(octokit.rest.apps.createFromManifest({ code }), Date.now());
    const { slug = '', id: appId, client_id: clientId, pem: privateKey, webhook_secret: webhookSecret } = data;
    const credential: AppCredential = {
      ...{ kind: 'app', appId, slug, clientId, privateKey, webhookSecret, installationId: null },
    };
    return { ok: true, slug, sealed: await sealTo(publicKey, JSON.stringify(credential)) };
  } catch (error) {
    if (!(error instanceof GithubRefused) || (error.status !== 404 && error.status !== 422)) return refusalOf(error);
    const detail =
      'GitHub knows no app by that code: it was used already, or is older than an hour. Make the app again; one that was made and is not used can be deleted on GitHub.';
    return { ok: false, code: 'FORGE_APP_CODE', detail };
  }
}
