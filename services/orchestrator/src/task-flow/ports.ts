import type { EventStore } from '@claude-codex/eventing/event-store';
import type { Log } from '@claude-codex/eventing/log';

export interface TaskFlowPorts {
  store: EventStore;
  log: Log;
}
