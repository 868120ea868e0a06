import type { RepositoryView, TaskCard } from '@claude-codex/contracts';

/** Which of the four first steps are done, read from facts, so that nobody has to tick them. */
export function stepsDone(
  repositories: readonly Pick<RepositoryView, 'status'>[],
  tasks: readonly Pick<TaskCard, 'state' | 'phases' | 'additions'>[],
): readonly [boolean, boolean, boolean, boolean] {
  return [
    repositories.some((repository) => repository.status === 'ready'),
    tasks.some((task) => task.state !== 'draft'),
    tasks.some((task) => task.phases.some((phase) => phase.status === 'approved')),
    tasks.some((task) => task.state === 'completed' && task.additions > 0),
  ];
}
