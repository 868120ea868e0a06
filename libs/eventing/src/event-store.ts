import type { AppendRequest, AppendResult } from '@claude-codex/contracts/envelope';
import type { RecordedDomainEvent, RecordedEventIn } from '@claude-codex/contracts/events';
import type { StreamName } from '@claude-codex/contracts/ids';
import type { Snapshot, SnapshotStore } from './snapshots.ts';

/** Which log this is, and how far it goes. Another `epoch` means another history: positions do not compare. */
export interface Head {
  readonly epoch: string;
  readonly position: number;
}

/** What a stream of this name holds: events of its category, as `append` takes no others. */
export type EventOn<Stream extends string> =
  Stream extends StreamName<infer Category> ? RecordedEventIn<Category> : RecordedDomainEvent;

export interface StreamRange {
  readonly fromVersion?: number;
  readonly limit?: number;
}

/** A stream that may be long, as a command needs it. */
export interface LongStream<Stream extends string> {
  /** The last snapshot of the shape asked for, or null. Never one that is ahead of its stream. */
  readonly kept: Snapshot | null;
  /** Every event after it; all there are when there is none, or when it says that the command was answered. */
  readonly events: EventOn<Stream>[];
}

/** The log of committed events. Positions start at 1, have no gap, and their order is commit order. */
export interface EventStore {
  /**
   * One atomic write. The answer comes after the commit. A conflict or a misused command id is an answer, not an
   * error. Throws `EventStoreError` when an event does not fit its schema (nothing is written), when the store is
   * overloaded, or when it cannot be reached (the outcome is then unknown: the same request may be sent again).
   */
  append(request: AppendRequest): Promise<AppendResult>;
  /** The stream's events by version from `fromVersion` (default 1), upcast; an unknown stream is empty. */
  readStream<Stream extends string>(stream: Stream, options?: StreamRange): Promise<EventOn<Stream>[]>;
  /** A stream by its last snapshot of shape `schemaVersion` and the events since: one question, however far the store is. */
  load<Stream extends string>(
    stream: Stream,
    schemaVersion: number,
    commandId: string | null,
  ): Promise<LongStream<Stream>>;
  /** Events with position > `after` in order and without a gap, upcast. */
  readAll(options: { after: number; limit: number }): Promise<RecordedDomainEvent[]>;
  head(): Promise<Head>;
  /**
   * Calls back soon after the head moved, usually at once, within about 100 ms when a message got lost. Several moves
   * may come as one, and none is promised while the store cannot be reached. Returns unsubscribe.
   */
  onHead(listener: (position: number) => void): () => void;
  /** Folds of long streams, so that a command need not read them whole. */
  readonly snapshots: SnapshotStore;
}

/** Checkpoints of process managers, with one owner at a time (lease) and a fence against owners who lost theirs. */
export interface CheckpointStore {
  /** Takes the lease for `ttlMs`, or gives null when another owner holds it or it is paused. `epoch` grows with every new owner. */
  acquire(name: string, owner: string, ttlMs: number): Promise<{ epoch: number; position: number } | null>;
  /** False when the lease has passed to somebody else: the caller must stop. */
  renew(name: string, owner: string, epoch: number, ttlMs: number): Promise<boolean>;
  /** Stores the position; false when a newer epoch exists (fenced off). Never moves back. */
  save(name: string, epoch: number, position: number): Promise<boolean>;
  /** Gives the lease back; the position stays. Without effect when the lease is no longer ours. */
  release(name: string, owner: string, epoch: number): Promise<void>;
  /**
   * Stops a process manager at an event it cannot digest: its lease ends and nobody gets it until it is resumed. False
   * when a newer epoch exists.
   */
  pause(name: string, epoch: number, reason: PauseReason): Promise<boolean>;
  /** Lets a paused process manager try its event again. False when it was not paused. */
  resume(name: string): Promise<boolean>;
  /** Every process manager there is, by name. */
  list(): Promise<ProcessManagerStatus[]>;
}

/** The event that could not be digested, and what was said about it. Never the event's data. */
export interface PauseReason {
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  readonly message: string;
}

export interface ProcessManagerStatus {
  readonly name: string;
  readonly position: number;
  readonly owner: string | null;
  readonly paused: PauseReason | null;
}
