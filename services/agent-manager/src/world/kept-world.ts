import type { DependencyState, KeptAsks, QuestionState, RepositoryState, TaskState } from '@claude-codex/domain';
import type { TaskProgress } from './progress.ts';
import type { WorldInstance } from './world-instance.ts';

/** Raised by whoever changes what `World` makes of the same events: what an older one kept is then not used. */
export const WORLD_SHAPE = 9;

export type WorldTask = Exclude<TaskState, { status: 'none' }>;
export type WorldRepository = Exclude<RepositoryState, { status: 'none' }>;

export interface WorldDependency {
  readonly id: string;
  readonly workspaceId: string;
  state: Exclude<DependencyState, { status: 'none' }>;
  /** Asked for by the text protocol: no tool call waits for it. */
  readonly byText: boolean;
}

export interface WorldQuestion {
  readonly id: string;
  state: Exclude<QuestionState, { status: 'none' }>;
}

/** All that a world is made of, by id: data only, so that it can be written down and gone on from. */
export interface KeptWorld {
  readonly position: number;
  readonly tasks: ReadonlyMap<string, WorldTask>;
  readonly instances: ReadonlyMap<string, WorldInstance>;
  readonly dependencies: ReadonlyMap<string, WorldDependency>;
  readonly questions: ReadonlyMap<string, WorldQuestion>;
  readonly repositories: ReadonlyMap<string, WorldRepository>;
  readonly exposures: ReadonlyMap<string, string>;
  readonly progress: ReadonlyMap<string, TaskProgress>;
  readonly asks: KeptAsks;
  readonly leftBehind: ReadonlyMap<string, readonly string[]>;
}

export const EMPTY_WORLD: KeptWorld = {
  position: 0,
  tasks: new Map(),
  instances: new Map(),
  dependencies: new Map(),
  questions: new Map(),
  repositories: new Map(),
  exposures: new Map(),
  progress: new Map(),
  asks: new Map(),
  leftBehind: new Map(),
};
