import type { DiffFile, DiffLine, ReviewView, TaskView, ThreadPlace, ThreadView } from '@claude-codex/contracts';
import type { ForgeProvider } from '@claude-codex/contracts/forge';
import { threadsIn } from '@claude-codex/contracts/review/threads';

/** What somebody wrote at the forge and is no thread here: it is answered there. */
export interface ForgeWords {
  readonly provider: ForgeProvider;
  readonly author: string;
  readonly body: string;
  readonly url: string;
  readonly at: string;
}

/** A thread as a round shows it. `origin` says whose words it is made of, and so what can be done with it here. */
export interface ShownThread {
  readonly id: string;
  readonly origin:
    | { readonly kind: 'review'; readonly thread: ThreadView }
    | { readonly kind: 'forge'; readonly words: ForgeWords };
  /** Of where it is in this round, or was last. */
  readonly path: string;
  /** Null: none of its lines is left in this round. */
  readonly place: ThreadPlace | null;
  /** Where it stands in the diff that is shown, if that has the line. */
  readonly line: ThreadPlace | null;
  readonly isOpen: boolean;
}

type Task = Pick<TaskView, 'threads' | 'pullRequest' | 'reviews'>;

/**
 * Everything said about the work of a round that stands at its lines: threads of our reviews, and those of its forge. Removed
 * lines are counted in the base of the work: against the round before, other lines have their numbers.
 */
export function shownThreads(
  task: Task,
  review: ReviewView | null,
  against: 'base' | 'previous' = 'base',
): ShownThread[] {
  if (review === null) return [];
  const all = [...threadsIn(task, review).map((thread) => placed(thread, review.round)), ...ofForge(task, review)];
  return all.map((thread) => {
    const { place } = thread;
    return { ...thread, line: place?.side === 'old' && against === 'previous' ? null : place };
  });
}

function placed(thread: ThreadView, round: number): Omit<ShownThread, 'line'> {
  // The newest place known: a round that was handed over just now has none yet.
  const known = thread.places.findLast((at) => at.round <= round);
  const place = known === undefined ? { ...thread.lines, touched: false } : known.place;
  const path = place?.path ?? thread.places.findLast((at) => at.place !== null)?.place?.path ?? thread.lines.path;
  return { id: thread.id, origin: { kind: 'review', thread }, path, place, isOpen: thread.status === 'open' };
}

/**
 * What an earlier release took in, or no round of ours was there for. They count lines of what stands there: of the newest
 * round of its branch.
 */
function ofForge({ pullRequest, reviews, threads }: Task, review: ReviewView): Omit<ShownThread, 'line'>[] {
  if (pullRequest === null || pullRequest.branch !== review.changes?.branch) return [];
  if (reviews.findLast(({ subject }) => subject === 'changes')?.id !== review.id) return [];
  const { provider } = pullRequest;
  return pullRequest.remarks.flatMap(({ id: remarkId, author, at, comments }) =>
    comments
      .filter(({ threadId, url }) => !isThread(threads, threadId, url))
      .map(({ id, path, side, line, url, body }) => {
        const place = line === null ? null : { path, side, startLine: line, endLine: line, touched: false };
        const words = { provider, author, body, url, at };
        return {
          id: `${provider}-${remarkId}-${id}`,
          origin: { kind: 'forge' as const, words },
          path,
          place,
          isOpen: false,
        };
      }),
  );
}

/** Whether words of a forge stand here as those of a thread: known by its id, else by where they stand there. */
function isThread(threads: readonly ThreadView[], threadId: string | null, url: string): boolean {
  return threads.some(
    ({ id, link, replies }) => id === threadId || link?.url === url || replies.some((reply) => reply.link?.url === url),
  );
}

/** Whether a line is the one a comment or thread stands behind. */
export function standsBehind(line: DiffLine, { side, endLine }: Pick<ThreadPlace, 'side' | 'endLine'>): boolean {
  const number = side === 'old' ? line.oldLine : line.newLine;
  // On the old side of an unchanged line it stands there too, once.
  return number === endLine && (line.kind === 'context' || (side === 'old') === (line.kind === 'removed'));
}

/**
 * The threads that stand at the head of a file: outdated ones, and those whose lines this diff does not show. `lines`: those
 * of the file that were read; null as long as some are missing, when nobody can say what it does not show.
 */
export function looseThreads(threads: readonly ShownThread[], lines: readonly DiffLine[] | null): ShownThread[] {
  return threads.filter(
    ({ line: at }) => at === null || (lines !== null && !lines.some((line) => standsBehind(line, at))),
  );
}

/** Those of files the diff does not have. */
export function threadsElsewhere(
  threads: readonly ShownThread[],
  files: readonly Pick<DiffFile, 'path'>[],
): ShownThread[] {
  const paths = new Set(files.map(({ path }) => path));
  return threads.filter(({ path }) => !paths.has(path));
}

/**
 * In the order they are read in: files the diff does not have, then file by file, what stands at its head first. `linesOf`:
 * the lines of a file; null as long as some were not read, when their numbers tell, those of removed lines only roughly.
 */
export function inOrder(
  threads: readonly ShownThread[],
  files: readonly Pick<DiffFile, 'path'>[],
  linesOf: (path: string) => readonly DiffLine[] | null = () => null,
): ShownThread[] {
  const order = new Map(files.map(({ path }, at) => [path, at]));
  const read = new Map([...new Set(threads.map(({ path }) => path))].map((path) => [path, linesOf(path)]));
  const keyed = threads.map((thread) => {
    const { path, line: at } = thread;
    const line = at === null ? -1 : (read.get(path)?.findIndex((other) => standsBehind(other, at)) ?? at.endLine);
    return { thread, path, file: order.get(path) ?? -1, line };
  });
  keyed.sort((a, b) => a.file - b.file || Number(a.path > b.path) - Number(a.path < b.path) || a.line - b.line);
  return keyed.map(({ thread }) => thread);
}

/**
 * The open one after, or before, the one somebody was at last, which may be resolved by now; around the end. Null: there is
 * none. `ordered`: all of them.
 */
export function nextThread(
  ordered: readonly ShownThread[],
  current: string | null,
  direction: 1 | -1,
): ShownThread | null {
  const way = direction === 1 ? ordered : ordered.toReversed();
  const from = way.findIndex(({ id }) => id === current) + 1;
  return [...way.slice(from), ...way.slice(0, from)].find(({ isOpen }) => isOpen) ?? null;
}
