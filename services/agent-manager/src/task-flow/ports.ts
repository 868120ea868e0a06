import type { EventStore } from '@claude-codex/eventing/event-store';
import type { Log } from '@claude-codex/eventing/log';
import type { BlobStore } from '@claude-codex/service-kit/blobs';

export interface TaskFlowPorts {
  store: EventStore;
  /** Documents handed over by earlier phases go into the prompt of the next. */
  blobs: BlobStore;
  log: Log;
}
