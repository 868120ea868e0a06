import { cutText } from '@claude-codex/contracts';
import type { InstanceCommand } from '@claude-codex/domain';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { Logger } from '@claude-codex/service-kit/log';
import { JournalBroken } from '../runtimes/journal-lines.ts';
import { type Runtime, type RuntimeExit, RuntimeGone } from '../runtimes/runtime.ts';
import { type ClearingUp, clearUp } from './clear-up.ts';
import { commandInstance } from './commands.ts';
import { closeEgress } from './egress.ts';
import type { Persistently } from './persistently.ts';
import type { Deciding, Doors, Waiting } from './ports.ts';
import type { RunState } from './run-state.ts';

/** To put an end to a worker, and away what is left of it. */
export type Ending = Deciding &
  Doors &
  Waiting & {
    readonly runtime: Pick<Runtime, 'kill' | 'remove' | 'stop'> & { readonly places: ClearingUp['places'] };
    readonly journal: Pick<Journal, 'finish'>;
  };

const STOP_GRACE_MS = 5_000;

export interface RunEnds {
  /** Ends the worker of an instance that is over; its journal is followed to the end by whoever follows it. */
  finish(reason: string): Promise<void>;
  /** A newer epoch exists: this one has nothing to say any more. */
  fenced(): Promise<void>;
  /**
   * What the worker wrote is not what a supervisor writes: somebody else did, or a part is lost. Nothing of it can be
   * believed any more, so the run ends where people see it instead of going on with a hole in its log.
   */
  broken(error: JournalBroken): Promise<void>;
  ended(exit: RuntimeExit): Promise<void>;
}

/** Every way the run of an epoch can end, and what is left to say and to clear up then. */
export function endRun(
  parts: Ending,
  run: RunState,
  { log, persistently, letGo }: { log: Logger; persistently: Persistently; letGo(): void },
): RunEnds {
  const { clock, runtime, world } = parts;
  const { instanceId, epoch, handle } = run;
  let finishing = false;

  async function finish(reason: string): Promise<void> {
    if (finishing) return;
    finishing = true;
    await run.connection
      .send({ type: 'stop', id: idFrom('stop', instanceId, epoch), reason })
      .catch((error: unknown) => {
        if (!(error instanceof RuntimeGone)) throw error;
      });
    const exited = await Promise.race([
      run.connection.exited.then(() => true),
      clock.sleep(STOP_GRACE_MS).then(() => false),
    ]);
    if (!exited) await runtime.stop(handle, STOP_GRACE_MS);
  }

  async function fenced(): Promise<void> {
    log.warn({}, 'an agent of an older epoch is ended');
    letGo();
    await runtime.remove(handle);
  }

  async function broken({ message }: JournalBroken): Promise<void> {
    log.error({ problem: message }, 'the journal of an agent is broken; its run is ended');
    await runtime.kill(handle);
    const command = { type: 'FailInstance' as const, code: JournalBroken.code, detail: message };
    await say(command, idFrom('journal-broken', instanceId, epoch));
    await putAway();
  }

  async function ended(exit: RuntimeExit): Promise<void> {
    const { cause, reason } = endedBecause(exit, run.ending);
    const command = { type: 'ReportLost' as const, epoch, cause, reason: cutText(reason, 2_000) };
    await say(command, idFrom('lost', instanceId, epoch));
    await putAway();
    log.info({ oom: exit.oom, exitCode: exit.exitCode, ending: run.ending }, 'an agent ended');
  }

  /** An instance that has a newer epoch has nothing to do with the end of this one. */
  async function say(command: InstanceCommand, commandId: string): Promise<void> {
    const instance = world.instances.get(instanceId);
    if (instance?.state.epoch !== epoch) return;
    await persistently(() => commandInstance(parts, instance, command, { commandId }));
  }

  async function putAway(): Promise<void> {
    await closeEgress(parts, instanceId, epoch);
    await runtime.remove(handle);
    await clearUp({ places: runtime.places, world }, handle);
    await parts.journal.finish(instanceId).catch((error: unknown) => {
      log.warn({ err: error }, 'the journal of an agent could not be put away; its next epoch does it');
    });
  }

  return { finish, fenced, broken, ended };
}

/** The kernel's word counts before the worker's own, and that before what the runtime makes of an exit code. */
function endedBecause(exit: RuntimeExit, own: RunState['ending']): NonNullable<RunState['ending']> {
  if (exit.oom) return { cause: 'out_of_memory', reason: exit.reason };
  return own ?? { cause: exit.exitCode === null ? 'worker_killed' : 'agent_ended', reason: exit.reason };
}
