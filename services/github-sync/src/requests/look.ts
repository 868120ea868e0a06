import type { AppCredential, ForgeBudget, LookAtForgeAnswer, LookAtForgeRequest } from '@claude-codex/contracts';
import type { ApiSettings } from '../api/client.ts';
import { asking } from '../api/faults.ts';
import type { Clients } from '../connections/clients.ts';
import { installationOf } from '../connections/installation.ts';
import { grantFor } from '../connections/reach.ts';
import { refusalOf } from './refusal.ts';

interface Parts {
  readonly clients: Clients;
  readonly api: ApiSettings;
}

/** Whether GitHub takes this credential, as whom, how much may still be asked with it, and where its pages are. */
export async function lookAt(
  { clients, api }: Parts,
  { credentialId }: LookAtForgeRequest,
): Promise<LookAtForgeAnswer> {
  try {
    const credential = await clients.open(credentialId);
    if (credential.kind === 'app') return await lookAtApp(api, credential, await clients.budget(credentialId));
    const { octokit, budget } = await clients.of(credentialId, { purpose: 'find' });
    const { data } = await asking(octokit.rest.users.getAuthenticated(), Date.now());
    return { ok: true, login: data.login, webUrl: new URL(data.html_url).origin, budget: budget(), app: null };
  } catch (error) {
    return refusalOf(error);
  }
}

/** Asked as the app itself, which also shows that the installation is one of its own. */
async function lookAtApp(
  api: ApiSettings,
  credential: AppCredential,
  budget: ForgeBudget | null,
): Promise<LookAtForgeAnswer> {
  const now = Date.now();
  const { asApp, account, granted } = await installationOf(api, credential, now);
  const { data } = await asking(asApp.octokit.rest.apps.getAuthenticated(), now, 'the key of the app');
  if (data === null) throw new Error('GitHub knows an installation of an app, and not the app');
  const { missing, blocking } = grantFor('work', granted);
  if (blocking.length > 0) {
    const detail = `${account} has not given the app ${data.name} what it needs: ${blocking.join(', ')}. Accept that on GitHub, in the settings of the app.`;
    return { ok: false, code: 'FORGE_CREDENTIAL_REFUSED', detail };
  }
  return {
    ok: true,
    // The account GitHub acts as for an app is called like this.
    login: `${data.slug ?? credential.slug}[bot]`,
    webUrl: new URL(data.html_url).origin,
    budget,
    app: { name: data.name, account, missing: [...missing] },
  };
}
