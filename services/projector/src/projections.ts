import type { UI_PROJECTIONS } from '@claude-codex/contracts';
import type { Projection } from '@claude-codex/eventing';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { tasks } from './checkpoints/tasks.ts';
import { workspace } from './checkpoints/workspace.ts';

const BY_NAME: Record<(typeof UI_PROJECTIONS)[number], Projection<PgTx>> = { tasks, workspace };

/**
 * Everything the projector keeps. Two checkpoints rather than one per table: what a page shows together commits
 * together, and the log is read twice rather than seven times.
 */
export const PROJECTIONS: readonly Projection<PgTx>[] = Object.values(BY_NAME);
