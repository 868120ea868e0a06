import type { KeyObject } from 'node:crypto';
import type { Account, Hook, Level, Repository } from './state.ts';

/** Where it is met, without slashes at the end. */
export interface Addresses {
  /** As of GitHub Enterprise: `https://host/api/v3`. */
  readonly api: string;
  /** Pages and git: `https://host`. */
  readonly web: string;
}

export type Permissions = Readonly<Record<string, Level>>;

export interface Limit {
  readonly limit: number;
  used: number;
  /** Milliseconds since 1970. */
  resetAt: number;
}

export interface Token {
  readonly value: string;
  readonly account: Account;
  readonly installation: Installation | null;
  /** Whole names (`owner/name`). */
  readonly repositories: 'all' | ReadonlySet<string>;
  readonly permissions: 'all' | Permissions;
  readonly expiresAt: Date | null;
  /** Requests. */
  readonly rate: Limit;
  /** Of GraphQL, which counts by itself. */
  readonly points: Limit;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: Account;
  /** `slug[bot]`: who acts with its tokens. */
  readonly bot: Account;
  readonly clientId: string;
  readonly publicKey: KeyObject;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** Where its events go; null: nowhere. */
  readonly hook: Hook | null;
  /** Where a person goes on after installing it. */
  readonly setupUrl: string | null;
  readonly createdAt: Date;
  readonly installations: Map<number, Installation>;
  readonly rate: Limit;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: Account;
  readonly repositories: 'all' | Set<string>;
  readonly permissions: Permissions;
  readonly createdAt: Date;
  updatedAt: Date;
  suspended: { readonly at: Date; readonly by: Account } | null;
}

/** Something happened that hooks may want to hear of; the sender and the repository are added to what is told. */
export interface Happening {
  readonly repository: Repository | null;
  readonly sender: Account;
  /** As in `X-GitHub-Event`. */
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Everything there is. */
export interface World {
  readonly at: Addresses;
  /** Holds `owner/name.git`. */
  readonly directory: string;
  readonly accounts: Map<string, Account>;
  /** By whole name in lower case: GitHub's names differ in more than case. */
  readonly repositories: Map<string, Repository>;
  readonly tokens: Map<string, Token>;
  readonly apps: Map<number, App>;
  /** What a person's browser brings back after a manifest was accepted, and the app it stands for. */
  readonly manifests: Map<string, { readonly app: App; readonly privateKey: string }>;
  readonly rateLimit: number;
  nextId(): number;
  emit(happening: Happening): void;
}

export function createWorld(at: Addresses, directory: string, rateLimit: number): World {
  let id = 1000;
  return {
    at,
    directory,
    rateLimit,
    accounts: new Map(),
    repositories: new Map(),
    tokens: new Map(),
    apps: new Map(),
    manifests: new Map(),
    nextId: () => ++id,
    emit: () => undefined,
  };
}

/** The account of that name, which is made when nobody has it. */
export function accountOf(world: World, login: string, type: Account['type'] = 'User'): Account {
  const known = world.accounts.get(login.toLowerCase());
  if (known !== undefined) return known;
  const account = { id: world.nextId(), login, type };
  world.accounts.set(login.toLowerCase(), account);
  return account;
}

/** @throws when there is none: a test's mistake. */
export function repositoryOf(world: World, fullName: string): Repository {
  const repository = world.repositories.get(fullName.toLowerCase());
  if (repository === undefined) throw new Error(`${fullName} was not added to the stand-in of GitHub`);
  return repository;
}

const turns = new WeakMap<Repository, Promise<unknown>>();

/** One change of a repository after the other, so that what was looked at is still so when it is written. */
export function inTurn<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(repository) ?? Promise.resolve()).then(work, work);
  turns.set(repository, turn);
  return turn;
}
