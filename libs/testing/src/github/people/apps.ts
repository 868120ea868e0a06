import { randomBytes } from 'node:crypto';
import { addApp, installApp, removeInstallation, suspendInstallation } from '../actions/apps.ts';
import { type App, accountOf, type Installation, type Permissions, type World } from '../world.ts';

export interface AppOptions {
  readonly name: string;
  /** Login; `octo`. */
  readonly owner?: string;
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
  readonly webhook?: { readonly url: string; readonly secret?: string };
}

export interface AppHands {
  /** @returns what its owner keeps: the id, the client id and the private key as PEM */
  addApp(options: AppOptions): { readonly id: number; readonly clientId: string; readonly privateKey: string };
  /** As a person accepts a manifest in the browser. @returns the code that the browser brings back */
  acceptManifest(options: AppOptions): string;
  /** @returns the installation's id */
  install(appId: number, on: { readonly account: string; readonly repositories?: readonly string[] }): number;
  suspend(appId: number, installationId: number): void;
  uninstall(appId: number, installationId: number): void;
}

export function appHands(world: World): AppHands {
  const make = ({ name, owner = 'octo', permissions = {}, events = [], webhook }: AppOptions) =>
    addApp(world, { name, owner: accountOf(world, owner), permissions, events, hook: webhook ?? null, setupUrl: null });

  return {
    addApp(options) {
      const { app, privateKey } = make(options);
      return { id: app.id, clientId: app.clientId, privateKey };
    },
    acceptManifest(options) {
      const code = randomBytes(20).toString('hex');
      world.manifests.set(code, make(options));
      return code;
    },
    install: (appId, { account, repositories }) =>
      installApp(world, appOf(world, appId), accountOf(world, account), repositories ?? 'all').id,
    suspend(appId, installationId) {
      const installation = installationOf(world, appId, installationId);
      suspendInstallation(world, installation, installation.account);
    },
    uninstall(appId, installationId) {
      const installation = installationOf(world, appId, installationId);
      removeInstallation(world, installation, installation.account);
    },
  };
}

/** @throws when there is none: a test's mistake. */
function appOf(world: World, id: number): App {
  const app = world.apps.get(id);
  if (app === undefined) throw new Error(`there is no app ${id}`);
  return app;
}

function installationOf(world: World, appId: number, id: number): Installation {
  const installation = appOf(world, appId).installations.get(id);
  if (installation === undefined) throw new Error(`app ${appId} has no installation ${id}`);
  return installation;
}
