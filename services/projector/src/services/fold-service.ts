import {
  idOf,
  type RecordedEvent,
  type RecordedEventOf,
  type ServiceView,
  serviceEvents,
} from '@claude-codex/contracts';

export type ServiceRecord = RecordedEventOf<keyof typeof serviceEvents>;

export function isServiceEvent(event: RecordedEvent): event is ServiceRecord {
  return event.type in serviceEvents;
}

/** A connected service after one more of its events; null as long as it was never registered. */
export function foldService(view: ServiceView | null, event: ServiceRecord): ServiceView | 'gone' | null {
  const { position } = event;
  if (event.type === 'ServiceRegistered') {
    const { probe: _probe, serviceType: type, ...shown } = event.data;
    const unprobed = { status: 'unknown', latencyMs: null, detail: 'Not checked yet', changedAt: null } as const;
    return { id: idOf(event.stream), type, ...shown, ...unprobed, position };
  }
  if (view === null) return null;
  switch (event.type) {
    case 'ServiceStatusChanged': {
      const { status, latencyMs, detail } = event.data;
      return { ...view, status, latencyMs, detail, changedAt: event.at, position };
    }
    case 'ServiceRemoved':
      return 'gone';
  }
}
