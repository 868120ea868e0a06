import { connectRepository, getSample, listRepositories } from '#lib/api/repositories.ts';
import { createTask } from '#lib/api/tasks.ts';
import { startAllowed } from '#lib/features/consent/consent.svelte.ts';

const PATIENCE_MS = 30_000;
const POLL_MS = 250;

/**
 * Connects the bundled sample, waits until it can be worked on, and starts the task it suggests.
 * @returns the task's id.
 * @throws {ApiProblem} what the server refused; {Error} with its reason when the sample became unavailable.
 */
export async function startSample(tell: (step: 'connecting' | 'starting') => void): Promise<string> {
  tell('connecting');
  const [{ id }, { suggestedTask }] = await Promise.all([connectRepository({ kind: 'sample' }), getSample()]);
  await untilReady(id);
  tell('starting');
  const wanted = { ...suggestedTask, repositoryId: id, workflow: 'plan-design-develop' };
  const task = await startAllowed(() => createTask(wanted));
  return task.id;
}

async function untilReady(id: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const { repositories } = await listRepositories();
    const repository = repositories.find((row) => row.id === id);
    if (repository?.status === 'ready') return;
    if (repository?.status === 'unavailable') throw new Error(repository.problem?.detail ?? 'It became unavailable.');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error('It took longer than 30 seconds. It is listed under Repositories with its state.');
}
