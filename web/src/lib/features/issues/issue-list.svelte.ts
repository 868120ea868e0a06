import type { IssueStarted, IssuesView, IssueView } from '@claude-codex/contracts';
import { listIssues } from '#lib/api/issues.ts';
import type { IssueFilter } from './filter.ts';

/** Every question costs some of what may be asked at a forge: a word that is being typed is one question. */
const PAUSE_MS = 250;

/** What became of an issue that was wanted as a task and is none. */
export type NotStarted = Extract<IssueStarted, { detail: string }>;

/** The issues that fit a filter, page by page; an answer to an earlier filter is dropped. */
export class IssueList {
  /** Null: not known yet. What was there before stays while others are asked for. */
  issues = $state.raw<readonly IssueView[] | null>(null);
  hasMore = $state(false);
  asking = $state(false);
  error = $state.raw<unknown>(null);
  notStarted = $state.raw<ReadonlyMap<number, NotStarted>>(new Map());

  #next: number | null = null;
  #filter: IssueFilter | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = new AbortController();

  /** Shows what fits, at once or, while words are typed, after a pause. */
  show(filter: IssueFilter): void {
    const before = this.#filter;
    this.#filter = filter;
    clearTimeout(this.#timer);
    if (before?.repositoryId !== filter.repositoryId) this.#forget();
    const isTyped = before !== null && before.q !== filter.q;
    this.#timer = setTimeout(() => void this.reload(), isTyped ? PAUSE_MS : 0);
  }

  reload(): Promise<void> {
    return this.#ask(1, ({ issues }) => issues);
  }

  async more(): Promise<void> {
    if (this.#next === null || this.asking) return;
    await this.#ask(this.#next, ({ issues }) => {
      // What changed meanwhile moved to the front, and pushed others onto the next page.
      const known = new Set(this.issues?.map(({ number }) => number));
      return [...(this.issues ?? []), ...issues.filter(({ number }) => !known.has(number))];
    });
  }

  /** Says of issues that are shown what became of them. */
  tell(outcomes: readonly IssueStarted[]): void {
    const tasks = new Map(
      outcomes.flatMap((one) => {
        if (one.outcome === 'created') return [[one.issue, { ...one.task, state: 'queued' as const }] as const];
        return one.outcome === 'has_task' ? [[one.issue, one.task] as const] : [];
      }),
    );
    this.issues = this.issues?.map((issue) => ({ ...issue, task: tasks.get(issue.number) ?? issue.task })) ?? null;
    const failed = outcomes.flatMap((one) => ('detail' in one ? [[one.issue, one] as const] : []));
    const asked = new Set(outcomes.map(({ issue }) => issue));
    this.notStarted = new Map([...[...this.notStarted].filter(([number]) => !asked.has(number)), ...failed]);
  }

  /** Nothing is heard any more of what was asked. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#question.abort();
  }

  #forget(): void {
    this.issues = null;
    this.hasMore = false;
    this.notStarted = new Map();
  }

  async #ask(page: number, take: (answer: IssuesView) => readonly IssueView[]): Promise<void> {
    const filter = this.#filter;
    if (filter === null) return;
    this.stop();
    this.#question = new AbortController();
    const { signal } = this.#question;
    this.asking = true;
    this.error = null;
    const { repositoryId, state, labels, q: text } = filter;
    try {
      const answer = await listIssues(repositoryId, { state, labels: labels.join(','), text, page }, signal);
      if (signal.aborted) return;
      this.issues = take(answer);
      this.#next = answer.nextPage;
      this.hasMore = answer.nextPage !== null;
    } catch (error) {
      if (!signal.aborted) this.error = error;
    } finally {
      if (!signal.aborted) this.asking = false;
    }
  }
}
