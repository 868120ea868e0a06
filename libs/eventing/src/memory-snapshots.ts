import type { Snapshot, SnapshotStore } from './snapshots.ts';

export interface MemorySnapshots extends SnapshotStore {
  latest(stream: string, schemaVersion: number, commandId: string | null): Snapshot | null;
}

/** Snapshots in memory. `known` says how long a stream is, and whether a command was answered. */
export function createMemorySnapshots(known: {
  head: (stream: string) => number;
  answered: (commandId: string) => boolean;
}): MemorySnapshots {
  const kept = new Map<string, { schemaVersion: number; version: number; json: string }>();
  return {
    latest(stream, schemaVersion, commandId) {
      const snapshot = kept.get(stream);
      if (snapshot === undefined || snapshot.schemaVersion !== schemaVersion) return null;
      if (snapshot.version > known.head(stream)) return null;
      const answered = commandId !== null && known.answered(commandId);
      return { version: snapshot.version, state: JSON.parse(snapshot.json), answered };
    },
    keep(stream, schemaVersion, { version, state }) {
      const before = kept.get(stream);
      const newer = before === undefined || before.schemaVersion < schemaVersion;
      if (newer || (before.schemaVersion === schemaVersion && before.version < version)) {
        kept.set(stream, { schemaVersion, version, json: JSON.stringify(state) });
      }
    },
  };
}
