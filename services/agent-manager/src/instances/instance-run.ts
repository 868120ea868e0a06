import { cutText, type JournalRecord, subjects } from '@claude-codex/contracts';
import type { SignOfLife } from '@claude-codex/domain';
import { DomainError } from '@claude-codex/eventing';
import { publishJson } from '@claude-codex/service-kit/bus-json';
import { idFrom } from '@claude-codex/service-kit/ids';
import { JournalBroken } from '../runtimes/journal-lines.ts';
import { type RuntimeExit, RuntimeGone, type RuntimeHandle } from '../runtimes/runtime.ts';
import { serveTerminal } from '../terminal/serve-terminal.ts';
import { clearUp } from './clear-up.ts';
import { commandInstance } from './commands.ts';
import { deliverDependencies, deliverMessages } from './deliver.ts';
import { closeEgress } from './egress.ts';
import { collectSubmission } from './hand-over.ts';
import { lookAtTurn } from './look-at-turn.ts';
import { type ManagerParts, specOf } from './parts.ts';
import { isRefusedByStore, reportRefusedRecord } from './refused-record.ts';
import { reportRecord } from './report-record.ts';
import { concludes, newRunState, noteRecord, type RunState } from './run-state.ts';
import { isAway } from './secrets.ts';

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
const STOP_GRACE_MS = 5_000;
const RETRY_MS = 1_000;
const REPLAY_PAGE = 1_000;

/**
 * Looks after one epoch of one instance for as long as its worker runs: stores and reports its journal, and brings the
 * worker in line with the world (messages, values, pause, hand-over, end). `begin` sends the start command; it is called
 * when the journal shows that none has arrived.
 */
export function runInstance(
  parts: ManagerParts,
  handle: RuntimeHandle,
  begin: (send: RunState['connection']['send']) => Promise<void>,
): InstanceRun {
  const { instanceId, epoch } = handle;
  const { clock, journal, runtime, world, bus } = parts;
  const log = parts.log.child({ instanceId, epoch });
  const letGo = new AbortController();
  const run = newRunState({ instanceId, epoch, handle, connection: runtime.attach(handle), letGo: letGo.signal });
  let acting: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let finishing = false;

  const over = main()
    .catch(async (error: unknown) => {
      if (error instanceof DomainError && error.code === 'INSTANCE_FENCED') await fenced();
      else if (error instanceof JournalBroken) await broken(error);
      else if (!letGo.signal.aborted) log.error({ err: error }, 'the run of an agent ended unexpectedly');
    })
    .finally(async () => {
      letGo.abort();
      clearTimeout(timer);
      await acting;
      await run.connection.close();
    });

  async function main(): Promise<void> {
    const last = await replay();
    // From the beginning: what the start command takes to be ready must not look like a manager that went away.
    const pinging = setInterval(ping, PING_MS);
    let terminal: ReturnType<typeof serveTerminal> | null = null;
    try {
      // One that ended before anybody spoke to it is only followed to its end, which says why.
      if (last === 0 && handle.status !== 'exited') await beginOnceOpened();
      const home = runtime.paths(specOf(parts, handle)).home;
      terminal = serveTerminal({ bus, runtime, handle, home, log });
      wake();
      await followJournal(last);
      if (letGo.signal.aborted) return;
      await ended(await run.connection.exited);
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

  /** Goes through what is stored of this epoch: a manager killed in between may have stored more than it reported. */
  async function replay(): Promise<number> {
    let last = 0;
    for (;;) {
      const after = { epoch, seq: last };
      const lines = (await journal.read(instanceId, { after, limit: REPLAY_PAGE })).filter(
        (line) => line.epoch === epoch,
      );
      for (const { record } of lines) await takeIn(record);
      last = lines.at(-1)?.record.seq ?? last;
      if (lines.length < REPLAY_PAGE) return last;
    }
  }

  async function followJournal(last: number): Promise<void> {
    const queue: JournalRecord[] = [];
    let storing: Promise<void> = Promise.resolve();
    let failure: unknown = null;
    try {
      for await (const record of run.connection.records(last)) {
        if (failure !== null) break;
        queue.push(record);
        // Whatever gathered while the last batch was being stored goes in one write.
        if (queue.length === 1) {
          storing = storing
            .then(() => store(queue.splice(0)))
            .catch((error: unknown) => {
              failure ??= error;
            });
        }
      }
    } finally {
      // What came before a break is kept all the same.
      await storing;
    }
    if (failure !== null) throw failure;
  }

  async function store(records: JournalRecord[]): Promise<void> {
    const kept = records.filter(saysMore);
    await persistently(() => journal.append(instanceId, epoch, kept));
    for (const record of kept) publishJson(bus, subjects.journal(instanceId), { epoch, record });
    const was = busyAndBegun();
    for (const record of records) await takeIn(record);
    if (busyAndBegun() !== was) parts.room.ring();
    wake();
  }

  /** What decides whether there is room for another agent. */
  function busyAndBegun(): string {
    return `${run.busy} ${run.prompted}`;
  }

  async function take(record: JournalRecord): Promise<void> {
    noteRecord(run, record.seq, Date.parse(record.at), record.entry);
    const instance = world.instances.get(instanceId);
    if (instance !== undefined) await reportRecord(parts, run, instance, record);
  }

  /** Every record has an outcome: one that the store refuses what follows from must not stop those behind it. */
  async function takeIn(record: JournalRecord): Promise<void> {
    try {
      await persistently(() => take(record));
    } catch (error) {
      const instance = world.instances.get(instanceId);
      if (!isRefusedByStore(error) || instance === undefined) throw error;
      log.error({ err: error, seq: record.seq, entry: record.entry.type }, 'the log refuses what a record leads to');
      await persistently(() => reportRefusedRecord(parts, instance, { epoch, record }, error));
    }
  }

  /** A record must not be skipped because the store was away for a moment. Refusals are not faults. */
  async function persistently(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof DomainError || isRefusedByStore(error) || letGo.signal.aborted) throw error;
        log.warn({ err: error }, 'a journal record could not be handled yet; will retry');
        await clock.sleep(RETRY_MS, letGo.signal);
      }
    }
  }

  function wake(): void {
    if (acting !== null) {
      again = true;
      return;
    }
    if (letGo.signal.aborted) return;
    acting = actUntilQuiet().finally(() => {
      acting = null;
    });
  }

  async function actUntilQuiet(): Promise<void> {
    do {
      again = false;
      try {
        const next = await act();
        clearTimeout(timer);
        if (next !== null) timer = setTimeout(wake, Math.max(10, next - clock.now()));
      } catch (error) {
        if (error instanceof DomainError && error.code === 'INSTANCE_FENCED') return fenced();
        if (letGo.signal.aborted || error instanceof RuntimeGone) return;
        log.warn({ err: error }, 'an agent could not be brought in line; will retry');
        clearTimeout(timer);
        timer = setTimeout(wake, RETRY_MS);
      }
    } while (again);
  }

  /** Does what is due; returns when something will be due, or null. */
  async function act(): Promise<number | null> {
    const instance = world.instances.get(instanceId);
    // It was known when its run began.
    if (instance === undefined) {
      await finish('The task needs it no longer.');
      return null;
    }
    if (instance.state.epoch !== epoch) {
      await fenced();
      return null;
    }
    if (instance.state.paused !== run.paused) {
      await (instance.state.paused ? runtime.pause(handle) : runtime.resume(handle));
      run.paused = instance.state.paused;
    }
    if (run.paused || !run.started) return null;
    await deliverDependencies(parts, run, instance);
    await deliverMessages(parts, run, instance);
    const due = [await collectSubmission(parts, run, instance), await lookAtTurn(parts, run, instance)];
    const times = due.filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Ends the worker of an instance that is over; its journal is followed to the end by `main`. */
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

  /** A newer epoch exists: this one has nothing to say any more. */
  async function fenced(): Promise<void> {
    log.warn({}, 'an agent of an older epoch is ended');
    letGo.abort();
    await runtime.remove(handle);
  }

  /**
   * What the worker wrote is not what a supervisor writes: somebody else did, or a part is lost. Nothing of it can be
   * believed any more, so the run ends where people see it instead of going on with a hole in its log.
   */
  async function broken({ message }: JournalBroken): Promise<void> {
    log.error({ problem: message }, 'the journal of an agent is broken; its run is ended');
    await runtime.kill(handle);
    const instance = world.instances.get(instanceId);
    if (instance !== undefined && instance.state.epoch === epoch) {
      const command = { type: 'FailInstance' as const, code: JournalBroken.code, detail: message };
      const commandId = idFrom('journal-broken', instanceId, epoch);
      await persistently(async () => {
        await commandInstance(parts, instance, command, { commandId });
      });
    }
    await putAway();
  }

  async function ended(exit: RuntimeExit): Promise<void> {
    const instance = world.instances.get(instanceId);
    if (instance !== undefined && instance.state.epoch === epoch) {
      const { cause, reason } = endedBecause(exit, run.ending);
      const commandId = idFrom('lost', instanceId, epoch);
      await persistently(async () => {
        await commandInstance(
          parts,
          instance,
          { type: 'ReportLost', epoch, cause, reason: cutText(reason, 2_000) },
          { commandId },
        );
      });
    }
    await putAway();
    log.info({ oom: exit.oom, exitCode: exit.exitCode, ending: run.ending }, 'an agent ended');
  }

  async function putAway(): Promise<void> {
    await closeEgress(parts, instanceId, epoch);
    await runtime.remove(handle);
    await clearUp(parts, instanceId, epoch);
    await journal.finish(instanceId).catch((error: unknown) => {
      log.warn({ err: error }, 'the journal of an agent could not be put away; its next epoch does it');
    });
  }

  return {
    instanceId,
    handle,
    since: clock.now(),
    busy: () => run.busy && !run.paused,
    begun: () => run.prompted,
    sign: () => ({ at: run.heardAt, busy: run.busy, concludes: concludes(run, world.instances.get(instanceId)) }),
    wake,
    over,
    async detach() {
      letGo.abort();
      await run.connection.close();
      await over;
    },
  };
}

/** The kernel's word counts before the worker's own, and that before what the runtime makes of an exit code. */
function endedBecause(exit: RuntimeExit, own: RunState['ending']): NonNullable<RunState['ending']> {
  if (exit.oom) return { cause: 'out_of_memory', reason: exit.reason };
  return own ?? { cause: exit.exitCode === null ? 'worker_killed' : 'agent_ended', reason: exit.reason };
}

/** A sign of life is worth nothing afterwards, and of an agent that waits for days there would be little else. */
function saysMore({ entry }: JournalRecord): boolean {
  return entry.type !== 'heartbeat';
}
