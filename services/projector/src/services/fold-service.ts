import {
  idOf,
  type RecordedEvent,
  type RecordedEventOf,
  type ServiceView,
  serviceEvents,
} from '@claude-codex/contracts';

export interface ServiceRow {
  workspaceId: string;
  view: ServiceView;
  removed: boolean;
}

export type ServiceRecord = RecordedEventOf<keyof typeof serviceEvents>;

export function isServiceEvent(event: RecordedEvent): event is ServiceRecord {
  return event.type in serviceEvents;
}

/** A connected service after one more of its events; null as long as it was never registered. */
export function foldService(row: ServiceRow | null, event: ServiceRecord): ServiceRow | null {
  const { position } = event;
  if (event.type === 'ServiceRegistered') {
    const { probe: _probe, serviceType: type, ...shown } = event.data;
    const unprobed = { status: 'unknown', latencyMs: null, detail: 'Not checked yet', changedAt: null } as const;
    const view = { id: idOf(event.stream), type, ...shown, ...unprobed, position };
    return { workspaceId: event.meta.workspaceId, view, removed: false };
  }
  if (row === null) return null;
  switch (event.type) {
    case 'ServiceStatusChanged': {
      const { status, latencyMs, detail } = event.data;
      return { ...row, view: { ...row.view, status, latencyMs, detail, changedAt: event.at, position } };
    }
    case 'ServiceRemoved':
      return { ...row, view: { ...row.view, position }, removed: true };
  }
}
