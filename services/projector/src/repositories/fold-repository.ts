import {
  idOf,
  type RecordedEvent,
  type RecordedEventOf,
  type RepositoryView,
  repositoryEvents,
} from '@claude-codex/contracts';

export type RepositoryRecord = RecordedEventOf<keyof typeof repositoryEvents>;

export function isRepositoryEvent(event: RecordedEvent): event is RepositoryRecord {
  return event.type in repositoryEvents;
}

/** A repository after one more of its events; null as long as it was never connected. */
export function foldRepository(view: RepositoryView | null, event: RepositoryRecord): RepositoryView | null {
  if (event.type === 'RepositoryConnected') return connected(event);
  return view === null ? null : { ...view, ...changesBy(event, view), position: event.position };
}

function connected(event: Extract<RepositoryRecord, { type: 'RepositoryConnected' }>): RepositoryView {
  return {
    id: idOf(event.stream),
    workspaceId: event.meta.workspaceId,
    ...event.data,
    forgeRules: null,
    status: 'connecting',
    headSha: null,
    branches: [],
    problem: null,
    connectedAt: event.at,
    refreshedAt: null,
    position: event.position,
  };
}

function changesBy(
  event: Exclude<RepositoryRecord, { type: 'RepositoryConnected' }>,
  view: RepositoryView,
): Partial<RepositoryView> {
  switch (event.type) {
    case 'RepositoryMirrored': {
      // Said once in the activity; no page asks for it.
      const { shallow: _shallow, ...found } = event.data;
      return { ...found, status: statusUnlessRemoved(view, 'ready'), problem: null, refreshedAt: event.at };
    }
    case 'RepositoryUnavailable':
      return { status: statusUnlessRemoved(view, 'unavailable'), problem: event.data };
    case 'RepositoryConfigured':
      return event.data;
    case 'RepositoryRulesSeen':
      return { forgeRules: event.data };
    case 'RepositoryRemoved':
      return { status: 'removed' };
    case 'RepositoryRefreshRequested':
      // What is known stays usable while it is looked at again; only one that never worked shows "connecting".
      return view.headSha === null ? { status: statusUnlessRemoved(view, 'connecting') } : {};
  }
}

/** A mirror that finishes after the removal does not bring the repository back. */
function statusUnlessRemoved(view: RepositoryView, status: RepositoryView['status']): RepositoryView['status'] {
  return view.status === 'removed' ? 'removed' : status;
}
