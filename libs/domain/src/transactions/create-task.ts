import type { CounterEvent, EventData, TaskEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { counterDecider } from '../counter/index.ts';
import { refuse } from '../refuse.ts';
import { baseBranchOf, repositoryDecider } from '../repository/index.ts';
import { makesChanges, withParallelAttempts, workflowNamed } from '../workflows/index.ts';

/** What a person says of a task: a workflow by its name, and a base branch or the repository's own. */
export interface NewTask extends Omit<EventData<'TaskCreated'>, 'number' | 'baseBranch' | 'workflow'> {
  readonly baseBranch: string | null;
  readonly workflow: string;
  /** How many agents try it beside each other. */
  readonly attempts: number;
  /** Whether agents start at once. */
  readonly execute: boolean;
}

/**
 * A task and its number, in one atomic append. Refuses an unknown repository (REPOSITORY_NOT_FOUND), a removed one, an
 * unknown workflow (WORKFLOW_NOT_FOUND), several attempts at one without changes (WORKFLOW_WITHOUT_CHANGES) and a task without a base branch (REPOSITORY_NOT_READY).
 */
export async function createTask(
  load: Load,
  { taskId, workspaceId, request }: { taskId: string; workspaceId: string; request: NewTask },
): Promise<StreamWrite[]> {
  const { attempts, ...facts } = request;
  const named =
    workflowNamed(facts.workflow) ?? refuse('WORKFLOW_NOT_FOUND', { field: 'workflow', name: facts.workflow });
  if (attempts > 1 && !makesChanges(named)) return refuse('WORKFLOW_WITHOUT_CHANGES', { field: 'attempts' });
  const counter = streamOf('counter', workspaceId);
  const [repository, { state }] = await Promise.all([
    load(streamOf('repository', request.repositoryId), repositoryDecider),
    load(counter, counterDecider),
  ]);
  if (repository.state.status === 'none') return refuse('REPOSITORY_NOT_FOUND', { field: 'repositoryId' });
  if (repository.state.status === 'removed') return refuse('REPOSITORY_REMOVED', { field: 'repositoryId' });
  const baseBranch = request.baseBranch ?? baseBranchOf(repository.state);
  if (baseBranch === null) return refuse('REPOSITORY_NOT_READY', { field: 'repositoryId' });
  const branches = repository.state.mirror?.branches;
  if (request.baseBranch !== null && branches !== undefined && !branches.includes(request.baseBranch)) {
    return refuse('INVALID_BRANCH', { field: 'baseBranch', expected: `one of: ${branches.slice(0, 20).join(', ')}` });
  }

  const number = state.lastTaskNumber + 1;
  const numbered: CounterEvent[] = counterDecider.decide({ type: 'AssignTaskNumber', taskId }, state);
  return [
    { stream: counter, events: numbered },
    {
      stream: streamOf('task', taskId),
      expectedVersion: 0,
      events: taskEventsOf({ ...facts, baseBranch, number, workflow: withParallelAttempts(named, attempts) }),
    },
  ];
}

type Complete = EventData<'TaskCreated'> & Pick<NewTask, 'execute'>;

function taskEventsOf({ execute, ...data }: Complete): TaskEvent[] {
  const created: TaskEvent = { type: 'TaskCreated', data };
  return execute ? [created, { type: 'TaskQueued', data: {} }] : [created];
}
