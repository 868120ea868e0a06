import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { nodeId, simpleUser } from '../shapes/common.ts';
import { repositoryShape } from '../shapes/repository.ts';
import type { Hook, Repository } from '../state.ts';
import type { App, Happening, World } from '../world.ts';
import type { Delivery, Sent } from './delivery.ts';
import { send } from './send.ts';

/** How deliveries go wrong. */
export interface DeliveryTrouble {
  /** They are listed as failed and never sent: all, or those that this is true for. */
  drop: boolean | ((delivery: Delivery) => boolean);
  /** Each is sent twice with the same id. */
  duplicate: boolean;
  /** Of those that wait, the newest goes first. */
  shuffle: boolean;
  /** Each waits before it is sent. */
  delayMs: number;
  /** They wait for `flush`, or until this is false again. */
  hold: boolean;
}

const NO_TROUBLE: DeliveryTrouble = { drop: false, duplicate: false, shuffle: false, delayMs: 0, hold: false };

interface Target {
  readonly hook: Hook;
  readonly target: Sent['target'];
  readonly installationId: number | null;
}

/** Tells hooks what happened, one delivery after the other, and remembers what came of each. */
export class Webhooks {
  /** Hears of every payload before it is sent. */
  observe: (event: string, action: string | null, payload: unknown) => void = () => undefined;
  readonly #world: World;
  readonly #deliveries: Delivery[] = [];
  #waiting: Delivery[] = [];
  #trouble: DeliveryTrouble = NO_TROUBLE;
  #sending: Promise<void> | null = null;
  #isStopped = false;

  constructor(world: World) {
    this.#world = world;
    world.emit = (happening) => this.#take(happening);
  }

  /** Every delivery, the oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** What is not named stays as it is. */
  set(trouble: Partial<DeliveryTrouble>): void {
    this.#trouble = { ...this.#trouble, ...trouble };
    this.#start();
  }

  /** Sends what is held and resolves when nothing waits any more. */
  async flush(): Promise<void> {
    const { hold } = this.#trouble;
    this.#trouble = { ...this.#trouble, hold: false };
    this.#start();
    while (this.#sending !== null) await this.#sending;
    this.#trouble = { ...this.#trouble, hold };
  }

  /** Sends a delivery again with the id it had. @returns the new entry in the list; null when there is none of that id. */
  redeliver(id: number): Delivery | null {
    const first = this.#deliveries.find((delivery) => delivery.id === id);
    if (first === undefined) return null;
    return this.#queue({ ...first, redelivery: true });
  }

  /** GitHub asks a new hook whether it is there. */
  ping(repository: Repository, hook: Hook, shape: unknown): void {
    const payload = { zen: 'Keep it logically awesome.', hook_id: hook.id, hook: shape };
    const happening = { repository, sender: repository.owner, event: 'ping', payload };
    this.#deliver(happening, { hook, target: { type: 'repository', id: repository.id }, installationId: null });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#waiting = [];
    await this.#sending;
  }

  #take(happening: Happening): void {
    for (const target of this.#targets(happening)) this.#deliver(happening, target);
  }

  #targets({ repository, event, payload }: Happening): Target[] {
    const wants = ({ active, events }: Hook) => active && (events.includes('*') || events.includes(event));
    const own = repository === null ? [] : [...repository.hooks.values()].filter(wants);
    return [
      ...own.map((hook) => ({
        hook,
        target: { type: 'repository' as const, id: repository?.id ?? 0 },
        installationId: null,
      })),
      ...[...this.#world.apps.values()].flatMap((app) => appTarget(app, repository, payload, wants)),
    ];
  }

  #deliver({ repository, sender, event, payload }: Happening, { hook, target, installationId }: Target): void {
    const { at } = this.#world;
    const told = {
      ...payload,
      ...(repository === null ? {} : { repository: repositoryShape(at, repository) }),
      ...(installationId === null || 'installation' in payload
        ? {}
        : { installation: { id: installationId, node_id: nodeId('Installation', installationId) } }),
      sender: simpleUser(at, sender),
    };
    const action = typeof payload.action === 'string' ? payload.action : null;
    this.observe(event, action, told);
    this.#queue({
      guid: randomUUID(),
      hook,
      event,
      action,
      payload: JSON.stringify(told),
      target,
      repositoryId: repository?.id ?? null,
      installationId,
      redelivery: false,
    });
  }

  #queue(content: Omit<Delivery, 'id' | 'deliveredAt' | 'statusCode' | 'seconds'>): Delivery {
    const delivery = { ...content, id: this.#world.nextId(), deliveredAt: new Date(), statusCode: null, seconds: 0 };
    this.#deliveries.push(delivery);
    this.#waiting.push(delivery);
    this.#start();
    return delivery;
  }

  #start(): void {
    if (this.#sending !== null || this.#isStopped || this.#waiting.length === 0 || this.#trouble.hold) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = null;
      this.#start();
    });
  }

  async #sendAll(): Promise<void> {
    while (!this.#trouble.hold && !this.#isStopped) {
      const { delayMs } = this.#trouble;
      if (delayMs > 0) await wait(delayMs);
      const next = this.#trouble.shuffle ? this.#waiting.pop() : this.#waiting.shift();
      if (next === undefined) return;
      await this.#send(next);
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    const { drop, duplicate } = this.#trouble;
    if (typeof drop === 'function' ? drop(delivery) : drop) {
      delivery.statusCode = 502;
      return;
    }
    for (let copies = duplicate ? 2 : 1; copies > 0; copies -= 1) {
      Object.assign(delivery, await send(delivery.hook, delivery));
    }
    delivery.hook.lastStatus = delivery.statusCode;
  }
}

/** An app hears of repositories it is installed on, and of its own installations whatever it asked for. */
function appTarget(
  { id, hook, installations }: App,
  repository: Repository | null,
  { installation: about }: Happening['payload'],
  wants: (hook: Hook) => boolean,
): Target[] {
  if (hook === null) return [];
  const target = { type: 'integration' as const, id };
  if (repository === null) {
    const own = about !== null && typeof about === 'object' && 'app_id' in about && about.app_id === id;
    return own && 'id' in about ? [{ hook, target, installationId: Number(about.id) }] : [];
  }
  if (!wants(hook)) return [];
  return [...installations.values()]
    .filter(
      ({ repositories, account, suspended }) =>
        suspended === null &&
        (repositories === 'all' ? account.login === repository.owner.login : repositories.has(repository.fullName)),
    )
    .map((installation) => ({ hook, target, installationId: installation.id }));
}
