import { hookShape } from '../shapes/hook.ts';
import type { Hook, Repository } from '../state.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { World } from '../world.ts';

export interface HookOptions {
  readonly url: string;
  readonly secret?: string | undefined;
  /** All. */
  readonly events?: readonly string[] | undefined;
  readonly contentType?: 'json' | 'form' | undefined;
  readonly active?: boolean | undefined;
}

/** A hook of a repository, which is pinged at once. */
export function addHook(world: World, webhooks: Webhooks, repository: Repository, options: HookOptions): Hook {
  const hook = newHook(world, options);
  repository.hooks.set(hook.id, hook);
  webhooks.ping(repository, hook, hookShape(world.at, repository, hook));
  return hook;
}

export function newHook(world: World, options: HookOptions): Hook {
  return {
    id: world.nextId(),
    url: options.url,
    secret: options.secret ?? null,
    events: options.events ?? ['*'],
    contentType: options.contentType ?? 'json',
    active: options.active ?? true,
    createdAt: new Date(),
    lastStatus: null,
  };
}
