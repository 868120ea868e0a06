import type { SignOfLife } from '@claude-codex/domain';
import { type Clock, DomainError } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit/log';
import { JournalBroken } from '../runtimes/journal-lines.ts';
import { type Runtime, RuntimeGone, type RuntimeHandle } from '../runtimes/runtime.ts';
import { serveTerminal } from '../terminal/serve-terminal.ts';
import { actUntilQuiet } from './act-until-quiet.ts';
import { deliverDependencies, deliverMessages } from './deliver.ts';
import { type Ending, endRun } from './end-run.ts';
import { collectSubmission } from './hand-over.ts';
import { lookAtTurn } from './look-at-turn.ts';
import { createPersistently } from './persistently.ts';
import type { Telling } from './ports.ts';
import { concludes, newRunState, type RunState } from './run-state.ts';
import { saveWhileWaiting } from './save-while-waiting.ts';
import { isAway } from './secrets.ts';
import { type TakingInJournal, takeInJournal } from './take-in-journal.ts';

/** To look after a worker from its first record to its last. */
export type Running = Ending &
  TakingInJournal &
  Telling & {
    readonly clock: Clock;
    readonly log: Logger;
    readonly runtime: Pick<Runtime, 'attach' | 'exec' | 'pause' | 'resume'>;
  };

export interface InstanceRun {
  readonly instanceId: string;
  readonly handle: RuntimeHandle;
  /** In ms since 1970. */
  readonly since: number;
  /** True while a turn runs or the agent starts: what counts against the capacity. */
  busy(): boolean;
  /** Its first prompt reached the session. */
  begun(): boolean;
  /** What this manager knows of it beyond the log. */
  sign(): SignOfLife;
  /** Something may have changed: looks at the world and does what is due. */
  wake(): void;
  /** Resolves when the epoch is over here: ended, lost, fenced off, or let go. */
  readonly over: Promise<void>;
  /** Lets go of the worker, which goes on. */
  detach(): Promise<void>;
}

const PING_MS = 1_500;
const RETRY_MS = 1_000;

/**
 * Looks after one epoch of one instance for as long as its worker runs: stores and reports its journal, and brings the
 * worker in line with the world (messages, values, pause, hand-over, end). `begin` sends the start command; it is called
 * when the journal shows that none has arrived.
 */
export function runInstance(
  parts: Running,
  handle: RuntimeHandle,
  begin: (send: RunState['connection']['send']) => Promise<void>,
): InstanceRun {
  const { instanceId, epoch } = handle;
  const { clock, runtime, world, bus } = parts;
  const log = parts.log.child({ instanceId, epoch });
  const letGo = new AbortController();
  const run = newRunState({ instanceId, epoch, handle, connection: runtime.attach(handle), letGo: letGo.signal });
  const persistently = createPersistently({ clock, log }, letGo.signal);
  const ends = endRun(parts, run, { log, persistently, letGo: () => letGo.abort() });
  const acting = actUntilQuiet({ act, fenced: ends.fenced, letGo: letGo.signal, clock, log });
  const intake = takeInJournal(parts, run, { log, persistently, onStored: acting.wake });

  const over = main()
    .catch(async (error: unknown) => {
      if (error instanceof DomainError && error.code === 'INSTANCE_FENCED') await ends.fenced();
      else if (error instanceof JournalBroken) await ends.broken(error);
      else if (!letGo.signal.aborted) log.error({ err: error }, 'the run of an agent ended unexpectedly');
    })
    .finally(async () => {
      letGo.abort();
      await acting.stop();
      await run.connection.close();
    });

  async function main(): Promise<void> {
    const last = await intake.replay();
    // From the beginning: what the start command takes to be ready must not look like a manager that went away.
    const pinging = setInterval(ping, PING_MS);
    let terminal: ReturnType<typeof serveTerminal> | null = null;
    try {
      // One that ended before anybody spoke to it is only followed to its end, which says why.
      if (last === 0 && handle.status !== 'exited') await beginOnceOpened();
      const { home } = runtime.places.paths(handle);
      terminal = serveTerminal({ bus, runtime, handle, home, log });
      acting.wake();
      await intake.follow(last);
      if (letGo.signal.aborted) return;
      await ends.ended(await run.connection.exited);
    } finally {
      terminal?.close();
      clearInterval(pinging);
    }
  }

  /** The values a person gave are part of the start: it waits until whoever opens them answers. */
  async function beginOnceOpened(): Promise<void> {
    while (!letGo.signal.aborted) {
      try {
        return await begin((command) => run.connection.send(command));
      } catch (error) {
        if (!isAway(error)) throw error;
        log.warn({ err: error }, 'values could not be opened yet; the agent starts when they are');
        await clock.sleep(RETRY_MS, letGo.signal);
      }
    }
  }

  function ping(): void {
    if (run.paused) return;
    run.connection.send({ type: 'ping' }).catch((error: unknown) => {
      if (!(error instanceof RuntimeGone)) log.warn({ err: error }, 'an agent could not be pinged');
    });
  }

  /** Does what is due; returns when something will be due, or null. */
  async function act(): Promise<number | null> {
    const instance = world.instances.get(instanceId);
    // It was known when its run began.
    if (instance === undefined) {
      await ends.finish('The task needs it no longer.');
      return null;
    }
    if (instance.state.epoch !== epoch) {
      await ends.fenced();
      return null;
    }
    if (instance.state.paused !== run.paused) {
      await (instance.state.paused ? runtime.pause(handle) : runtime.resume(handle));
      run.paused = instance.state.paused;
    }
    if (run.paused || !run.started) return null;
    await deliverDependencies(parts, run, instance);
    await deliverMessages(parts, run, instance);
    const due = [
      await collectSubmission(parts, run, instance),
      await lookAtTurn(parts, run, instance),
      await saveWhileWaiting(parts, run, instance),
    ];
    const times = due.filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  return {
    instanceId,
    handle,
    since: clock.now(),
    busy: () => run.busy && !run.paused,
    begun: () => run.prompted,
    sign: () => ({ at: run.heardAt, busy: run.busy, concludes: concludes(run, world.instances.get(instanceId)) }),
    wake: acting.wake,
    over,
    async detach() {
      letGo.abort();
      await run.connection.close();
      await over;
    },
  };
}
