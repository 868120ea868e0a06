import type { EventStore } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { SecretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import type { Pool } from 'pg';
import type { Commands } from './commands/commands.ts';
import type { EventLog } from './reads/event-log.ts';
import type { Positions } from './reads/positions.ts';
import type { ReadModels } from './reads/read-models.ts';

/** What the feature routes work with; made once by `app.ts`. */
export interface Deps {
  store: EventStore;
  commands: Commands;
  pool: Pool;
  reads: ReadModels;
  eventLog: EventLog;
  positions: Positions;
  blobs: BlobStore;
  journal: Journal;
  bus: Bus;
  secrets: SecretBoxOnDemand;
}
