import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { freshLimit } from '../http/limits.ts';
import { Refusal } from '../refusal.ts';
import { installationShape } from '../shapes/app.ts';
import type { Account, Level } from '../state.ts';
import { type App, accountOf, type Installation, type Permissions, type Token, type World } from '../world.ts';
import { type HookOptions, newHook } from './hooks.ts';

export interface AppContent {
  readonly name: string;
  readonly owner: Account;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly hook: HookOptions | null;
  readonly setupUrl: string | null;
}

/** @returns the app and its private key as PEM, which GitHub shows once */
export function addApp(world: World, { name, owner, permissions, events, hook, setupUrl }: AppContent) {
  const id = world.nextId();
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app: App = {
    id,
    slug,
    name,
    owner,
    bot: accountOf(world, `${slug}[bot]`, 'Bot'),
    clientId: `Iv23${randomBytes(8).toString('hex')}`,
    publicKey,
    permissions: { metadata: 'read', ...permissions },
    events,
    hook: hook === null ? null : newHook(world, { ...hook, events }),
    setupUrl,
    createdAt: new Date(),
    installations: new Map(),
    rate: freshLimit(world.rateLimit),
  };
  world.apps.set(id, app);
  return { app, privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}

/** Somebody installs an app on an account's repositories, given by whole names. */
export function installApp(
  world: World,
  app: App,
  account: Account,
  repositories: 'all' | readonly string[],
  by: Account = account,
): Installation {
  const now = new Date();
  const installation: Installation = {
    id: world.nextId(),
    app,
    account,
    repositories: repositories === 'all' ? 'all' : new Set(repositories),
    permissions: app.permissions,
    createdAt: now,
    updatedAt: now,
    suspended: null,
  };
  app.installations.set(installation.id, installation);
  tellInstallation(world, installation, by, 'created');
  return installation;
}

export function suspendInstallation(world: World, installation: Installation, by: Account): void {
  installation.suspended = { at: new Date(), by };
  tellInstallation(world, installation, by, 'suspend');
}

export function removeInstallation(world: World, installation: Installation, by: Account): void {
  installation.app.installations.delete(installation.id);
  for (const [value, token] of world.tokens) if (token.installation === installation) world.tokens.delete(value);
  tellInstallation(world, installation, by, 'deleted');
}

function tellInstallation(world: World, installation: Installation, sender: Account, action: string): void {
  const repositories = repositoriesOf(world, installation).map(({ id, name, fullName, private: hidden }) => ({
    id,
    node_id: Buffer.from(`Repository:${id}`).toString('base64url'),
    name,
    full_name: fullName,
    private: hidden,
  }));
  const payload = { action, installation: installationShape(world.at, installation), repositories };
  world.emit({ repository: null, sender, event: 'installation', payload });
}

export function repositoriesOf({ repositories: all }: World, { repositories, account }: Installation) {
  return [...all.values()].filter(({ owner, fullName }) =>
    repositories === 'all' ? owner.login === account.login : repositories.has(fullName),
  );
}

export interface Narrowing {
  /** Names without their owner. */
  readonly repositories?: readonly string[] | undefined;
  readonly repositoryIds?: readonly number[] | undefined;
  readonly permissions?: Permissions | undefined;
}

const HOUR_MS = 3_600_000;
const LEVELS: readonly Level[] = ['read', 'write', 'admin'];

/** A token of an hour. @throws {Refusal} 422 for what the installation itself does not have, 403 while it is suspended */
export function installationToken(world: World, installation: Installation, narrowing: Narrowing): Token {
  if (installation.suspended !== null) throw new Refusal(403, 'This installation has been suspended');
  const allowed = repositoriesOf(world, installation);
  const { repositories: names, repositoryIds: ids, permissions } = narrowing;
  const isNarrowed = names !== undefined || ids !== undefined;
  const chosen = allowed.filter(({ id, name }) => names?.includes(name) === true || ids?.includes(id) === true);
  if (isNarrowed && chosen.length < (names?.length ?? 0) + (ids?.length ?? 0))
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  for (const [name, level] of Object.entries(permissions ?? {})) {
    const granted = installation.permissions[name];
    if (granted === undefined || LEVELS.indexOf(granted) < LEVELS.indexOf(level))
      throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  }
  const token: Token = {
    value: `ghs_${randomBytes(18).toString('hex')}`,
    account: installation.app.bot,
    installation,
    repositories: isNarrowed ? new Set(chosen.map(({ fullName }) => fullName)) : installation.repositories,
    permissions: permissions === undefined ? installation.permissions : { metadata: 'read', ...permissions },
    expiresAt: new Date(Date.now() + HOUR_MS),
    rate: freshLimit(world.rateLimit),
    points: freshLimit(world.rateLimit),
  };
  world.tokens.set(token.value, token);
  return token;
}
