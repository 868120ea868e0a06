import type { AttentionItem, TaskView } from '@claude-codex/contracts';
import { untrack } from 'svelte';
import { getTask } from '#lib/api/tasks.ts';
import { drafts } from '#lib/drafts/drafts.ts';
import { toasts } from '#lib/ui/toasts.svelte.ts';
import { placesOfItem } from './places-of-item.ts';

/**
 * Tasks of items that went away while somebody had words for them: decided by somebody else, answered by default or
 * withdrawn. The item is gone, so what happened is read from its task.
 */
export class Overtaken {
  tasks = $state.raw<readonly TaskView[]>([]);
  #before: readonly AttentionItem[] = [];

  /** Called with the items whenever they change. */
  look(items: readonly AttentionItem[]): void {
    const here = new Set(items.map((item) => item.id));
    const gone = this.#before.filter((item) => !here.has(item.id) && hasWords(item));
    this.#before = items;
    for (const taskId of new Set(gone.map((item) => item.taskId))) untrack(() => void this.#read(taskId));
  }

  async #read(taskId: string): Promise<void> {
    try {
      const task = await getTask(taskId);
      this.tasks = [task, ...this.tasks.filter((other) => other.id !== taskId)];
    } catch (error) {
      toasts.fail(error);
    }
  }
}

function hasWords(item: AttentionItem): boolean {
  return placesOfItem(item).some((place) => drafts.under(place).length > 0);
}
