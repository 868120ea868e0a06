import { streamOf } from '@claude-codex/contracts/ids';
import type { EventStore } from '@claude-codex/eventing';
import { refusal } from '../commands/problems.ts';

/** What was asked for, and where it belongs. */
export async function requestedDependency(
  store: EventStore,
  dependencyId: string,
): Promise<{ name: string; taskId: string; repositoryId: string }> {
  const [requested] = await store.readStream(streamOf('dependency', dependencyId), { limit: 1 });
  if (requested?.type !== 'DependencyRequested') throw refusal('DEPENDENCY_NOT_FOUND');
  const { name, taskId } = requested.data;
  const [created] = await store.readStream(streamOf('task', taskId), { limit: 1 });
  if (created?.type !== 'TaskCreated') throw refusal('TASK_NOT_FOUND');
  return { name, taskId, repositoryId: created.data.repositoryId };
}
