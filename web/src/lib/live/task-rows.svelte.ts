import type { TaskRowsView, TaskView } from '@claude-codex/contracts';
import { assembleTask, commentRow, reviewWorkRow, type TaskRow } from '@claude-codex/contracts/live/task-page';
import { supersedes, wentBefore } from './resume.ts';

/** The parts of a task as they came, and the task they make. */
export class TaskRows {
  task = $state.raw<TaskView | null>(null);

  readonly #rows = new Map<string, TaskRow>();
  /** What went does not come again, also not by an answer that was on its way meanwhile. */
  readonly #gone = new Set<string>();
  /** Reviews of which everything is here. */
  readonly #complete = new Set<string>();
  /** The history the rows are of. */
  #epoch: string | null = null;
  #frame: number | undefined;

  /**
   * What a page begins with: what is not among it went, but for the parts of reviews it says nothing of and for what came
   * since.
   */
  replacePage({ rows, ...readAt }: TaskRowsView): void {
    const here = new Set(rows.map(keyOf));
    const told = new Set(rows.flatMap((row) => reviewOf(row) ?? []));
    for (const [key, row] of this.#rows) {
      const review = reviewOf(row);
      if (here.has(key) || (review !== null && !told.has(review))) continue;
      if (wentBefore(row.body, readAt, this.#epoch)) this.#rows.delete(key);
    }
    this.#epoch = readAt.epoch;
    for (const id of told) this.#complete.add(id);
    this.#putAll(rows);
  }

  /** The comments and the work of reviews. */
  putReviews({ rows }: TaskRowsView): void {
    for (const row of rows) {
      const review = reviewOf(row);
      if (review !== null) this.#complete.add(review);
    }
    this.#putAll(rows);
  }

  /** Whether the comments and the work of a review are here. */
  has(reviewId: string): boolean {
    return this.#complete.has(reviewId);
  }

  take(row: TaskRow): void {
    if (this.#put(row)) this.#schedule();
  }

  drop(kind: string, id: string): void {
    const key = keyOf({ kind, body: { id } });
    this.#gone.add(key);
    if (this.#rows.delete(key)) this.#schedule();
  }

  close(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #putAll(rows: readonly TaskRow[]): void {
    for (const row of rows) this.#put(row);
    this.#show();
  }

  #put(row: TaskRow): boolean {
    const key = keyOf(row);
    if (this.#gone.has(key) || !supersedes(row.body, this.#rows.get(key)?.body)) return false;
    this.#rows.set(key, row);
    return true;
  }

  /** What comes together is shown together. */
  #schedule(): void {
    if (this.#frame !== undefined) return;
    const show = () => {
      this.#frame = undefined;
      this.#show();
    };
    this.#frame = document.hidden ? (setTimeout(show, 100) as unknown as number) : requestAnimationFrame(show);
  }

  #show(): void {
    this.task = assembleTask(this.#rows.values());
  }
}

function keyOf({ kind, body }: { kind: string; body: { id: string } }): string {
  return `${kind} ${body.id}`;
}

/** The review a row is a part of; null for what is part of the task itself. */
function reviewOf({ kind, body }: TaskRow): string | null {
  if (kind === reviewWorkRow.kind) return body.id;
  return kind === commentRow.kind ? (body as unknown as { value: { reviewId: string } }).value.reviewId : null;
}
