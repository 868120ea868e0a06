import type { IssueStarted, StartIssuesRequest } from '@claude-codex/contracts';
import { randomKey } from '#lib/api/client.ts';
import { startIssues } from '#lib/api/issues.ts';
import { startAllowed } from '#lib/features/consent/consent.svelte.ts';

/** So many at once: how far it is can be seen, and it does not take a request for each. */
const AT_ONCE = 4;

interface Wanted {
  readonly repositoryId: string;
  readonly numbers: readonly number[];
  readonly workflow: StartIssuesRequest['workflow'];
}

/** Starts tasks from issues, a few at a time. */
export class IssueStart {
  /** Null: nothing is being started. */
  progress = $state.raw<{ readonly done: number; readonly of: number } | null>(null);
  error = $state.raw<unknown>(null);
  /** Pressing again after a lost answer starts nothing twice: the same issues are asked for under the same key. */
  readonly #keys = new Map<string, string>();

  /** `told` hears of each few as soon as they are answered. Those after a failure are not asked for. */
  async run({ repositoryId, numbers, workflow }: Wanted, told: (outcomes: readonly IssueStarted[]) => void) {
    if (this.progress !== null) return;
    this.error = null;
    this.progress = { done: 0, of: numbers.length };
    try {
      for (let done = 0; done < numbers.length; done += AT_ONCE) {
        const few = numbers.slice(done, done + AT_ONCE);
        const name = `${repositoryId} ${workflow} ${few.join(' ')}`;
        const key = this.#keys.get(name) ?? randomKey();
        this.#keys.set(name, key);
        const { outcomes } = await startAllowed(() => startIssues(repositoryId, { numbers: [...few], workflow }, key));
        this.#keys.delete(name);
        told(outcomes);
        this.progress = { done: done + few.length, of: numbers.length };
      }
    } catch (error) {
      this.error = error;
    } finally {
      this.progress = null;
    }
  }
}
