import { type JournalRecord, subjects } from '@claude-codex/contracts';
import type { Wake } from '@claude-codex/eventing';
import { publishJson } from '@claude-codex/service-kit/bus-json';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Persistently } from './persistently.ts';
import { isRefusedByStore, reportRefusedRecord } from './refused-record.ts';
import { type Reporting, reportRecord } from './report-record.ts';
import { noteRecord, type RunState } from './run-state.ts';

/** To keep what a worker writes, show it to whoever watches and act on it. */
export type TakingInJournal = Reporting & {
  readonly journal: Pick<Journal, 'append' | 'read'>;
  /** Rung when an agent began or came to rest: there may be room for another one. */
  readonly room: Pick<Wake, 'ring'>;
};

const REPLAY_PAGE = 1_000;

export interface JournalIntake {
  /** Goes through what is stored of this epoch: a manager killed in between may have stored more than it reported. */
  replay(): Promise<number>;
  /** Stores, shows and reports what the worker writes after `last`, until it writes no more. */
  follow(last: number): Promise<void>;
}

/** What a worker wrote becomes what everybody knows: stored in the journal, sent to whoever watches, reported to the log. */
export function takeInJournal(
  parts: TakingInJournal,
  run: RunState,
  { log, persistently, onStored }: { log: Logger; persistently: Persistently; onStored(): void },
): JournalIntake {
  const { journal, bus, world, room } = parts;
  const { instanceId, epoch } = run;

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

  async function follow(last: number): Promise<void> {
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
    if (busyAndBegun() !== was) room.ring();
    onStored();
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

  return { replay, follow };
}

/** A sign of life is worth nothing afterwards, and of an agent that waits for days there would be little else. */
function saysMore({ entry }: JournalRecord): boolean {
  return entry.type !== 'heartbeat';
}
