import type { Clock } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { AgentManagerSettings } from '../config.ts';
import { commandInstance } from '../instances/commands.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { InstanceRun } from '../instances/instance-run.ts';
import type { Deciding } from '../instances/ports.ts';
import { remind } from '../instances/remind.ts';
import type { Places } from '../runtimes/places.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { WorldInstance } from '../world/world.ts';

/** Looking costs a walk through every file, so it is not done on every pass, unless the disk fills quickly. */
const EVERY_MS = 30_000;
/** What an agent that was told has to clean up in. */
const GRACE_MS = 60_000;
/** Above so many times the bound nobody waits. */
const AT_ONCE = 1.5;
const CODE = 'AGENT_DISK_FULL';

/** To measure what agents take of the disk, and to tell or end one that takes too much. */
export type WatchingDisk = Deciding & {
  readonly clock: Pick<Clock, 'now'>;
  readonly runtime: Pick<Runtime, 'kill'> & { readonly places: Pick<Places, 'freeBytes' | 'usedBytes'> };
  readonly settings: { readonly agent: Pick<AgentManagerSettings['agent'], 'diskBytes'> };
};

/**
 * Keeps one agent from filling the disk of all: what its checkout, home and temporary files take of the disk is compared
 * with CODEX_AGENT_DISK_MB. Over it the agent is told once; one that stays over it is ended, and its checkout kept.
 */
export function createDiskWatch(parts: WatchingDisk, fleet: Pick<Fleet, 'runs'>): { look(): void } {
  const { clock, log, runtime, settings, world } = parts;
  const bound = settings.agent.diskBytes;
  const toldAt = new Map<string, number>();
  let looking = false;
  let lookedAt = 0;
  let freeThen = Number.POSITIVE_INFINITY;

  async function isDue(): Promise<boolean> {
    const free = await runtime.places.freeBytes();
    const due = clock.now() - lookedAt >= EVERY_MS || freeThen - free > bound / 4;
    if (due) [lookedAt, freeThen] = [clock.now(), free];
    return due;
  }

  async function lookAt(run: InstanceRun): Promise<void> {
    const instance = world.instances.get(run.instanceId);
    if (instance === undefined) return;
    const used = await runtime.places.usedBytes(run.handle);
    const key = run.handle.name;
    if (used <= bound) {
      toldAt.delete(key);
      return;
    }
    const since = toldAt.get(key);
    if (used > bound * AT_ONCE || (since !== undefined && clock.now() - since >= GRACE_MS))
      return end(run, instance, used);
    if (since !== undefined) return;
    const now = clock.now();
    toldAt.set(key, now);
    await tell(run, instance, { used, now });
  }

  async function tell(
    { handle }: InstanceRun,
    instance: WorldInstance,
    { used, now }: { used: number; now: number },
  ): Promise<void> {
    await remind(parts, instance, {
      // One that cleaned up and fills it again later is told again.
      messageId: idFrom('disk', handle.name, String(now)),
      text: `Your files take ${gigabytes(used)} of the disk, and you may have ${gigabytes(bound)}: checkout, home and /tmp together. Remove what you do not need now, or you are ended in a minute.`,
      failure: { code: CODE, detail: detailOf(used) },
    });
  }

  async function end({ handle }: InstanceRun, instance: WorldInstance, used: number): Promise<void> {
    log.warn({ instanceId: instance.id, used, bound }, 'an agent took more of the disk than it may and is ended');
    const command = { type: 'FailInstance' as const, code: CODE, detail: detailOf(used) };
    await commandInstance(parts, instance, command, { commandId: idFrom('disk-full', handle.name) });
    toldAt.delete(handle.name);
    // The run ends it gently, which gives it seconds to go on writing.
    await runtime.kill(handle);
  }

  function detailOf(used: number): string {
    return `Its files took ${gigabytes(used)} of the disk, and one agent may have ${gigabytes(bound)} (CODEX_AGENT_DISK_MB). Its checkout is kept. Tell the agent what not to make and try again, or allow more.`;
  }

  async function lookAtAll(): Promise<void> {
    if (!(await isDue())) return;
    for (const run of fleet.runs()) await lookAt(run);
  }

  return {
    /** A walk may take longer than a pass, which does not wait for it. */
    look() {
      if (looking) return;
      looking = true;
      lookAtAll()
        .catch((error: unknown) => log.warn({ err: error }, 'the disk of agents could not be looked at; will retry'))
        .finally(() => {
          looking = false;
        });
    },
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)} GB`;
}
