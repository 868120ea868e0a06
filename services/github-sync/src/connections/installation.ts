import type { AppCredential } from '@claude-codex/contracts';
import { ForgeAway, ForgeGone } from '@claude-codex/forges/remote-forge';
import { type ApiSettings, type Client, createClient } from '../api/client.ts';
import { asking, GithubRefused } from '../api/faults.ts';
import { appJwt } from './app-jwt.ts';
import { type Grant, grantFor, type Reach } from './reach.ts';

/** The app may act at GitHub, and not in this repository: that says nothing of the others. */
export class OutOfReach extends ForgeAway {}

const THE_KEY = 'the key of the app';

/** An app where it is installed. */
export interface Installation {
  readonly asApp: Client;
  readonly id: number;
  /** Whose repositories they are. */
  readonly account: string;
  readonly granted: Readonly<Record<string, string | undefined>>;
}

/** @throws {ForgeAway} with a sentence for each thing that may have become of it; `ForgeGone` when it was uninstalled */
export async function installationOf(api: ApiSettings, app: AppCredential, now: number): Promise<Installation> {
  const { slug, installationId } = app;
  if (installationId === null) {
    throw new ForgeAway('forge_credential_refused', `The app ${slug} is not installed anywhere yet.`);
  }
  const asApp = await createClient(api, await appJwt(app, now));
  const found = await asking(
    asApp.octokit.rest.apps.getInstallation({ installation_id: installationId }),
    now,
    THE_KEY,
  ).catch((error: unknown) => {
    if (!(error instanceof GithubRefused) || error.status !== 404) throw error;
    const detail = `The app ${slug} is not installed there any more. Connect GitHub again.`;
    throw new ForgeGone('forge_credential_refused', detail, { cause: error });
  });
  const { account, permissions, suspended_at: suspendedAt } = found.data;
  const name = account === null ? '' : 'login' in account ? account.login : account.slug;
  if (suspendedAt !== null) {
    const detail = `The app ${slug} is suspended by ${name}. Somebody there has to lift that, in its settings on GitHub.`;
    throw new ForgeAway('forge_credential_refused', detail);
  }
  return { asApp, id: installationId, account: name, granted: { ...permissions } as Installation['granted'] };
}

export interface InstallationToken {
  readonly token: string;
  /** Ms since 1970. */
  readonly expiresAt: number;
}

/** A token for this reach and nothing else. @throws {ForgeAway} also as `OutOfReach` */
export async function tokenFor(
  api: ApiSettings,
  app: AppCredential,
  reach: Reach,
  now: number,
): Promise<InstallationToken> {
  const { asApp, id, account, granted } = await installationOf(api, app, now);
  const { permissions, blocking } = grantFor(reach.purpose, granted);
  if (blocking.length > 0) throw notGranted(app.slug, account, blocking);
  const one = reach.purpose === 'find' ? {} : { repositories: [nameOf(reach.slug)] };
  if (reach.purpose !== 'find' && ownerOf(reach.slug) !== account.toLowerCase()) {
    throw outOfReach(app.slug, account, reach.slug);
  }
  const wanted = { installation_id: id, permissions, ...one };
  const { data } = await asking(asApp.octokit.rest.apps.createInstallationAccessToken(wanted), now, THE_KEY).catch(
    (error: unknown) => {
      const isHidden = reach.purpose !== 'find' && error instanceof GithubRefused && error.status === 422;
      throw isHidden ? outOfReach(app.slug, account, reach.slug, error) : error;
    },
  );
  return { token: data.token, expiresAt: Date.parse(data.expires_at) };
}

/** Names of GitHub are the same in small and capital letters. */
function ownerOf(slug: string): string {
  return (slug.split('/')[0] ?? '').toLowerCase();
}

function nameOf(slug: string): string {
  return slug.split('/')[1] ?? '';
}

function notGranted(app: string, account: string, blocking: Grant['blocking']): ForgeAway {
  const detail = `${account} has not given the app ${app} what it needs (${blocking.join(', ')}). Accept that on GitHub, in the settings of the app.`;
  return new ForgeAway('forge_credential_refused', detail);
}

function outOfReach(app: string, account: string, slug: string, cause?: unknown): OutOfReach {
  const detail = `The app ${app} is not installed on ${slug}. Let it reach that repository on GitHub, in the settings ${account} has for it.`;
  return new OutOfReach('forge_credential_refused', detail, { cause });
}
