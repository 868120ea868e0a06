import {
  FORGES,
  type ForgeView,
  forgeConnectionEvents,
  idOf,
  type RecordedEvent,
  type RecordedEventOf,
} from '@claude-codex/contracts';

export type ForgeRecord = RecordedEventOf<keyof typeof forgeConnectionEvents>;

export function isForgeEvent(event: RecordedEvent): event is ForgeRecord {
  return event.type in forgeConnectionEvents;
}

/** A connection to a forge after one more of its events; null as long as it was never made. */
export function foldForge(view: ForgeView | null, event: ForgeRecord): ForgeView | null {
  const { position } = event;
  if (event.type === 'ForgeConnected') {
    const { provider, login, webUrl } = event.data;
    const { title } = FORGES[provider];
    const shown = { provider, title, login, webUrl, detail: null, connectedAt: event.at, position };
    return { id: idOf(event.stream), status: 'connected', ...shown };
  }
  if (view === null) return null;
  switch (event.type) {
    case 'ForgeCredentialRefused':
      return { ...view, status: 'refused', detail: event.data.detail, position };
    case 'ForgeCredentialAccepted':
      return { ...view, status: 'connected', detail: null, position };
    case 'ForgeDisconnected':
      return { ...view, status: 'disconnected', detail: null, position };
    // Shown by its own page, which reads them from the log.
    case 'ForgeLoginSeen':
    case 'ForgeLoginMapped':
      return view;
  }
}
