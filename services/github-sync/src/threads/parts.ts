import type { RecordedDomainEvent } from '@claude-codex/contracts';
import type { RemoteForge } from '@claude-codex/contracts/forge';
import type { ForgeConnectionState, Round } from '@claude-codex/domain';
import type { EventStore } from '@claude-codex/eventing';
import type { Change } from '@claude-codex/forges/forge';
import type { ThreadForge } from '@claude-codex/forges/forge-threads';
import type { Logger } from '@claude-codex/service-kit/log';

export interface ThreadParts {
  readonly store: EventStore;
  readonly threads: ThreadForge;
  readonly log: Logger;
  /** Where people open the pages, without a slash at its end; null when nobody said. */
  readonly publicUrl: string | null;
}

/** Work that stands at its forge, as far as what is said of its lines needs it. */
export interface ReviewedWork {
  readonly change: Change;
  readonly provider: RemoteForge;
  /** The newest event of its pull request. */
  readonly newest: RecordedDomainEvent;
  /** Oldest first; there is one. */
  readonly rounds: readonly Round[];
  /** Whom people there stand for here. */
  readonly connection: ForgeConnectionState;
}
