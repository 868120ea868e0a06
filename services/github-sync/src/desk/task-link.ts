import type { TaskState } from '@claude-codex/domain';

/** A task in Markdown: its name, with the address where somebody said what it is. */
export function taskLink(publicUrl: string | null, taskId: string, task: TaskState): string {
  const name = task.status === 'none' ? 'its task' : `task ${task.number}`;
  return publicUrl === null ? name : `[${name}](${publicUrl}/tasks/${taskId})`;
}
