export { canonicalJson } from './canonical-json.ts';
export { type CheckedAppend, type CheckedWrite, checkedWrites, MAX_APPEND_BYTES } from './checked-append.ts';
export type { Clock } from './clock.ts';
export { type Decider, fold, type Seen, skipUnknown } from './decider.ts';
export { DomainError } from './domain-error.ts';
export type {
  CheckpointStore,
  EventOn,
  EventStore,
  Head,
  LongStream,
  PauseReason,
  ProcessManagerStatus,
  StreamRange,
} from './event-store.ts';
export { EVENT_STORE_ERRORS, EventStoreError, type EventStoreErrorCode } from './event-store-error.ts';
export { type FollowedFold, type FollowFoldOptions, followFold } from './follow-fold.ts';
export { type FollowedLog, type FollowLogOptions, followLog } from './follow-log.ts';
export {
  type CommandMeta,
  type CommandRequest,
  type Handled,
  handleCommand,
  handleTransaction,
  type Load,
  type StreamWrite,
  type TransactionHandled,
  type TransactionRequest,
} from './handle-command.ts';
export type { Fold, KeptAt, KeptFolds } from './kept-fold.ts';
export { loadState } from './load-state.ts';
export { baseOf, withEventsSince } from './load-stream.ts';
export type { Log } from './log.ts';
export { createMemoryCheckpoints } from './memory-checkpoints.ts';
export { createMemoryEventStore, type MemoryEventStoreOptions } from './memory-event-store.ts';
export { isPoison } from './poison.ts';
export {
  type ProcessManager,
  type ProcessManagerOptions,
  type RunningProcessManager,
  runProcessManager,
} from './process-manager.ts';
export type { Projection } from './projection.ts';
export { anyEvent, createSchemaRegistry, type EventTypes, type SchemaRegistry } from './schema-registry.ts';
export { maskSecrets, maskText, type SecretKind } from './secret-scanner.ts';
export { MAX_SNAPSHOT_LENGTH, SNAPSHOT_EVERY, type Snapshot, type SnapshotStore } from './snapshots.ts';
export { type CachedStream, createStreamCache, type StreamCache, type StreamCacheOptions } from './stream-cache.ts';
export { typedLog, type UntypedLog } from './typed-log.ts';
export { createWake, type Wake } from './wake.ts';
export { readWholeStream } from './whole-stream.ts';
