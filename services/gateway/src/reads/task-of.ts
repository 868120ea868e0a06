import type { TaskView } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import type { Deps } from '../deps.ts';
import type { Answer } from './answer.ts';
import type { ReadPosition } from './positions.ts';

const WAIT_MS = 2_000;

type Known = Pick<Deps, 'reads' | 'store' | 'positions'>;

/**
 * What is read of a task. A page that was opened by the link of a task made a moment ago may be quicker than the read
 * models: a task that the log knows is waited for, up to 2 s. Null: there is no such task in this workspace.
 */
export async function onceKnown(
  { store, positions }: Omit<Known, 'reads'>,
  { workspaceId, taskId }: { workspaceId: string; taskId: string },
  read: (asOf: ReadPosition) => Promise<Answer | null>,
): Promise<Answer | null> {
  // The position is taken before the row, which may be newer, never older.
  const answer = await read(positions.current());
  if (answer !== null) return answer;
  const [created] = await store.readStream(streamOf('task', taskId), { limit: 1 });
  if (created?.meta.workspaceId !== workspaceId) return null;
  await positions.reached(created.position, WAIT_MS);
  return read(positions.current());
}

/** A task's view as an answer. */
export async function taskAnswerOf(deps: Known, workspaceId: string, taskId: string): Promise<Answer | null> {
  return onceKnown(deps, { workspaceId, taskId }, (asOf) => deps.reads.taskAnswer(workspaceId, taskId, asOf));
}

/** The same as a value. */
export async function taskViewOf(deps: Known, workspaceId: string, taskId: string): Promise<TaskView | null> {
  const answer = await taskAnswerOf(deps, workspaceId, taskId);
  return answer === null ? null : (JSON.parse(answer.bytes.toString()) as TaskView);
}
