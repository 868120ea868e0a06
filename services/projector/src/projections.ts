import type { UI_PROJECTIONS } from '@claude-codex/contracts';
import type { Projection } from '@claude-codex/eventing';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { costModel } from './costs/project.ts';
import { historyModel } from './history/project.ts';
import { combine, type ReadModel } from './read-model.ts';
import { repositoryModel } from './repositories/project.ts';
import { serviceModel } from './services/project.ts';
import { taskModel } from './tasks/project.ts';
import { workspaceModel } from './workspaces/project.ts';

const MODELS: Record<(typeof UI_PROJECTIONS)[number], { version: number; models: readonly ReadModel[] }> = {
  tasks: { version: 4, models: [taskModel, costModel, historyModel] },
  workspace: { version: 2, models: [workspaceModel, repositoryModel, serviceModel] },
};

/**
 * Everything the projector keeps. Two checkpoints rather than one per table: what a page shows together commits
 * together, and the log is read twice rather than seven times.
 */
export const PROJECTIONS: readonly Projection<PgTx>[] = Object.entries(MODELS).map(([name, { version, models }]) =>
  combine(name, version, models),
);
