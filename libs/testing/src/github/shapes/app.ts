import type { Addresses, App, Installation } from '../world.ts';
import { nodeId, type Schemas, simpleUser, time, timeOrNull } from './common.ts';

export function appShape(at: Addresses, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    client_id: app.clientId,
    owner: simpleUser(at, app.owner),
    name: app.name,
    description: null,
    external_url: at.web,
    html_url: `${at.web}/apps/${app.slug}`,
    created_at: time(app.createdAt),
    updated_at: time(app.createdAt),
    permissions: { ...app.permissions },
    events: [...app.events],
    installations_count: app.installations.size,
  };
}

/** Answered once, when a manifest becomes an app. */
export function convertedApp(at: Addresses, app: App, privateKey: string) {
  return {
    ...appShape(at, app),
    client_secret: 'a secret of the stand-in',
    webhook_secret: app.hook?.secret ?? null,
    pem: privateKey,
  };
}

/** An account that an app is installed on is a user or an enterprise, and the shape asks for the fields of both. */
type InstallationShape = Omit<Schemas['installation'], 'account'> & { account: Schemas['simple-user'] };

export function installationShape(at: Addresses, installation: Installation): InstallationShape {
  const { id, app, account, repositories, suspended } = installation;
  return {
    id,
    account: simpleUser(at, account),
    repository_selection: repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${at.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${at.api}/installation/repositories`,
    html_url: `${at.web}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: app.clientId,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...installation.permissions },
    events: [...app.events],
    created_at: time(installation.createdAt),
    updated_at: time(installation.updatedAt),
    single_file_name: null,
    suspended_by: suspended === null ? null : simpleUser(at, suspended.by),
    suspended_at: timeOrNull(suspended?.at),
  };
}
