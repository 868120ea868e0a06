import type { DiffIndex, DiffPart, TaskView } from '@claude-codex/contracts';
import { ID_PATTERN } from '@claude-codex/contracts/id-pattern';
import { attemptRow, type TaskRow } from '@claude-codex/contracts/live/task-page';
import { ApiProblem, type Fetch } from '#lib/api/client.ts';
import { reviewRows, taskRows } from '#lib/api/tasks.ts';
import { earliest } from './resume.ts';
import type { ReadAt } from './stream.svelte.ts';
import { type TaskEvent, TaskEvents } from './task-events.svelte.ts';
import { type LoggedItem, TaskLog } from './task-log.svelte.ts';
import { TaskRows } from './task-rows.svelte.ts';
import type { Workspace } from './workspace.svelte.ts';

export interface FirstDiff {
  readonly blobId: string;
  readonly index: DiffIndex;
  readonly parts: readonly DiffPart[];
}
export type { TaskEvent } from './task-events.svelte.ts';

/** One task page: the task itself, its events and its instances' journals, kept true by the tab's stream. */
export class TaskFeed {
  readonly id: string;
  readonly log: TaskLog;
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  readonly events: TaskEvents;
  /** The beginning of the diff that was read with the page, for whoever shows that one. */
  firstDiff: FirstDiff | null = null;

  readonly #rows = new TaskRows();
  /** Reviews asked for, so that none is asked for twice. */
  readonly #asked = new Set<string>();
  #asking: string[] = [];
  #workspace: Workspace | null = null;
  #readAt: ReadAt | null = null;
  #unfollow: (() => void) | null = null;
  #wantsJournal: boolean;
  #closed = false;

  /** `withJournal`: the page begins with Activity, which shows the journal at once. */
  constructor(id: string, withJournal: boolean) {
    this.id = id;
    this.log = new TaskLog(id);
    this.events = new TaskEvents(id);
    this.#wantsJournal = withJournal;
  }

  get task(): TaskView | null {
    return this.#rows.task;
  }

  /** Before this time events or lines are missing, so nothing earlier can be shown in order. Null: everything is here. */
  get from(): string | null {
    const [lines, events] = [this.log.from, this.events.from];
    if (lines === null || events === null) return lines ?? events;
    return lines.localeCompare(events) > 0 ? lines : events;
  }

  get loadingEarlier(): boolean {
    return this.log.loadingEarlier || this.events.loadingEarlier;
  }

  /** One page further back, of what is missing first on the way back. */
  async readEarlier(): Promise<void> {
    const { from } = this;
    if (from === null) return;
    await (this.log.from === from ? this.log.readEarlier() : this.events.readEarlier('decisions'));
  }

  /** Reads the task. Called again it reads it anew, after a failure. */
  async open(fetch?: Fetch): Promise<void> {
    // The API would refuse the question, and asking again would not help.
    if (!ID_PATTERN.test(this.id)) {
      this.status = 'missing';
      return;
    }
    // A page that tries again by itself keeps saying why it has to.
    if (this.status !== 'failed') this.status = 'loading';
    try {
      const [readAt] = await Promise.all([this.#read(fetch), this.#wantsJournal ? this.log.open(fetch) : null]);
      if (this.#closed) return;
      this.#readAt = readAt;
      this.status = 'ready';
      this.#listen();
      if (this.#wantsJournal) await this.#readJournals(fetch);
    } catch (error) {
      this.error = error;
      this.status = error instanceof ApiProblem && error.status === 404 ? 'missing' : 'failed';
    }
  }

  /** Joins the tab's stream, at once or when the task was read. */
  follow(workspace: Workspace): void {
    this.#workspace = workspace;
    if (this.status === 'ready') this.#listen();
  }

  close(): void {
    this.#closed = true;
    this.#rows.close();
    this.log.close();
    this.#unfollow?.();
  }

  /** Reads the task at once, for what the person just did; the stream brings the same a moment later. */
  async refresh(position?: number): Promise<void> {
    this.#rows.replacePage(await taskRows(this.id, 'page', position));
  }

  /** The comments and the work of a review that is over come when somebody looks at it. */
  needReview(reviewId: string): void {
    if (this.#rows.has(reviewId) || this.#asked.has(reviewId)) return;
    this.#asked.add(reviewId);
    this.#asking.push(reviewId);
    if (this.#asking.length === 1) queueMicrotask(() => void this.#readReviews());
  }

  /** Those of all reviews. */
  needReviews(): void {
    for (const { id } of this.task?.reviews ?? []) this.needReview(id);
  }

  /** Activity needs the journal; other tabs do not, and so do not load it. */
  async needJournal(): Promise<void> {
    this.#wantsJournal = true;
    if (this.status === 'ready') await this.#readJournals();
  }

  /** The task and its events; gives the place from which a stream brings what they lack. */
  async #read(fetch?: Fetch): Promise<ReadAt | null> {
    const [rows, page] = await Promise.all([
      taskRows(this.id, 'page', undefined, fetch),
      this.events.readNewest(fetch),
    ]);
    this.#rows.replacePage(rows);
    return earliest(rows, page);
  }

  #listen(): void {
    if (this.#workspace === null || this.#unfollow !== null) return;
    this.#unfollow = this.#workspace.follow({
      taskId: this.id,
      readAt: this.#readAt,
      handlers: {
        row: (kind, body) => this.#takeRow({ kind, body }),
        row_gone: (kind, id) => this.#rows.drop(kind, id),
        event: (data) => this.events.add(data as TaskEvent),
        log: (data) => this.log.queue(data as LoggedItem),
        hello: () => void this.log.fillGaps(),
        task_removed: () => {
          this.status = 'missing';
        },
      },
      resync: () => this.#read(),
    });
  }

  #takeRow(row: TaskRow): void {
    this.#rows.take(row);
    const isNew = row.kind === attemptRow.kind && !this.task?.instances.some(({ id }) => id === row.body.id);
    if (isNew && this.#wantsJournal && this.status === 'ready') void this.log.readNewest([row.body.id]);
  }

  async #readReviews(): Promise<void> {
    const asked = this.#asking.splice(0);
    const [only] = asked;
    try {
      this.#rows.putReviews(
        asked.length === 1 && only !== undefined ? await reviewRows(this.id, only) : await taskRows(this.id, 'reviews'),
      );
    } catch (error) {
      // Asked again by whoever looks at it next.
      for (const id of asked) this.#asked.delete(id);
      this.error = error;
    }
  }

  async #readJournals(fetch?: Fetch): Promise<void> {
    await this.log.readNewest(
      (this.task?.instances ?? []).map(({ id }) => id),
      fetch,
    );
  }
}
