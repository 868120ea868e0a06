import type { DiffLine, ReviewView, TaskView } from '@claude-codex/contracts';
import type { ListedFile } from './items.ts';
import { inOrder, looseThreads, type ShownThread, shownThreads, threadsElsewhere } from './thread-places.ts';

/** What of a review decides about its threads. */
interface Reading {
  readonly task: TaskView | null;
  readonly review: ReviewView | null;
  readonly against: 'base' | 'previous';
  readonly files: readonly ListedFile[];
  readonly totalFiles: number;
  /** Lines of a file; null as long as some of them were not read. */
  allLinesOf(file: ListedFile): DiffLine[] | null;
}

/** The threads of the work as the round that is read shows them. */
export class ReviewThreads {
  readonly #reading: Reading;
  /** The one somebody went to last. */
  current = $state<string | null>(null);

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  readonly #shown = $derived.by(() => {
    const { task, review, against } = this.#reading;
    return task === null ? [] : shownThreads(task, review, against);
  });
  readonly ids = $derived.by(() => new Set(this.#shown.map(({ id }) => id)));
  readonly ordered = $derived.by(() => {
    const { files } = this.#reading;
    const byPath = new Map(files.map((file) => [file.path, file]));
    return inOrder(this.#shown, files, (path) => {
      const file = byPath.get(path);
      return file === undefined ? null : this.#reading.allLinesOf(file);
    });
  });
  readonly open = $derived.by(() => this.ordered.filter(({ isOpen }) => isOpen));
  /** Of files that the diff does not have; known once all of its files are. */
  readonly elsewhere = $derived.by(() => {
    const { files, totalFiles } = this.#reading;
    return files.length === 0 || files.length < totalFiles ? [] : threadsElsewhere(this.ordered, files);
  });

  of(path: string): ShownThread[] {
    return this.#shown.filter((thread) => thread.path === path);
  }

  openOf(path: string): number {
    return this.of(path).filter(({ isOpen }) => isOpen).length;
  }

  looseOf(file: ListedFile): ShownThread[] {
    const threads = this.of(file.path);
    return threads.length === 0 ? [] : looseThreads(threads, this.#reading.allLinesOf(file));
  }
}
