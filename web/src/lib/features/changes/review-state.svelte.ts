import type { DiffFile, DiffLine, ReviewView, TaskView } from '@claude-codex/contracts';
import { isSameMark } from '@claude-codex/contracts/review/marks';
import { attemptReviewed } from '@claude-codex/contracts/review/standing';
import { cutText } from '@claude-codex/contracts/text';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { addComment, editComment, markFile, removeComment } from '#lib/api/reviews.ts';
import type { WhichDiff } from '#lib/api/tasks.ts';
import { places } from '#lib/drafts/places.ts';
import type { TaskFeed } from '#lib/live/task.svelte.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';
import { toasts } from '#lib/ui/toasts.svelte.ts';
import { isMisleading, markKey } from './file-signs.ts';
import { beyondReach, type ListedFile } from './items.ts';
import { LineSelection, quoteOf, type Selection } from './line-selection.svelte.ts';
import { readPreferences, savePreferences } from './preferences.ts';
import { ReviewThreads } from './review-threads.svelte.ts';
import { roundsOf, roundToShow } from './round-to-show.ts';
import { ShownDiff } from './shown-diff.svelte.ts';
import { text } from './strings.ts';
import type { ShownThread } from './thread-places.ts';

export type Comment = ReviewView['comments'][number];

/** What the reader of a diff has chosen and is doing; the review itself belongs to the server. */
export class ReviewState {
  readonly feed: TaskFeed;
  readonly #workspace: Workspace;
  /** Null: the newest of the agent whose work is being read. */
  chosenRound = $state<string | null>(null);
  /** Whose work was shown last. */
  #reading = $state<string | null>(null);
  against = $state<'base' | 'previous'>('base');
  split = $state(false);
  ignoreWhitespace = $state(false);
  diff = $state.raw<ShownDiff | null>(null);
  status = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  /** The file at the top of what is in sight, by its place in the list. */
  current = $state<number | null>(null);
  /** Files somebody folded or opened; the others are as `isOpen` says. */
  readonly #chosen = new SvelteMap<number, boolean>();
  readonly #firstParts = new SvelteMap<number, number>();
  /** Folds in unchanged lines that were opened. */
  readonly #unfolded = new SvelteSet<string>();
  /** Marks of earlier rounds that were taken back here; the rounds they belong to are closed. */
  unmarked = $state.raw<ReadonlySet<string>>(new Set());
  #loaded = '';
  #sought = $state<string | null>(null);

  constructor(feed: TaskFeed, workspace: Workspace, chosenRound: string | null = null) {
    this.feed = feed;
    this.#workspace = workspace;
    this.chosenRound = chosenRound;
    if (feed.firstDiff !== null && feed.firstDiff.blobId === this.blobId)
      this.#show(ShownDiff.of(feed.id, this.#which, feed.firstDiff));
  }

  /** How this person likes to read, which only their browser knows. */
  applyPreferences(): void {
    const stored = readPreferences();
    this.split = stored.split ?? window.innerWidth >= 1500;
    this.ignoreWhitespace = stored.ignoreWhitespace ?? false;
  }

  get task(): TaskView | null {
    return this.feed.task;
  }

  readonly rounds = $derived.by(() => (this.feed.task === null ? [] : roundsOf(this.feed.task)));
  /** What a round is called; where several agents hand over, by whose it is. */
  nameOf(round: ReviewView): string {
    const task = this.feed.task;
    if (task === null || attemptReviewed(task, round) === null) return text.round(round.round);
    return text.roundOf(task.instances.find(({ id }) => id === round.instanceId)?.name ?? '', round.round);
  }

  readonly review = $derived.by(() => {
    const { task } = this.feed;
    return task === null ? null : roundToShow(task, { chosen: this.chosenRound, reading: this.#reading });
  });
  readonly changes = $derived.by(() => this.review?.changes ?? this.feed.task?.changes ?? null);
  readonly canComment = $derived.by(() => this.review?.status === 'open' && this.#workspace.canEdit);
  readonly selection = new LineSelection({ id: () => this.review?.id ?? null, canComment: () => this.canComment });
  readonly threads = new ReviewThreads(this);
  /** Comments that became threads stand there as such. */
  readonly comments = $derived.by(() =>
    (this.review?.comments ?? []).filter(({ commentId }) => !this.threads.ids.has(commentId)),
  );
  /** A file seen in one round counts in the next while its content is the same: what is left is what changed since. */
  readonly #marks = $derived.by(() => this.rounds.flatMap((round) => round.reviewedFiles));
  readonly blobId = $derived.by(() => {
    const changes = this.changes;
    if (changes === null) return null;
    return this.against === 'previous' && changes.interdiffBlobId !== null
      ? changes.interdiffBlobId
      : changes.diffBlobId;
  });
  readonly files = $derived.by(() => this.diff?.files ?? []);
  readonly totalFiles = $derived.by(() => this.diff?.totalFiles ?? 0);
  readonly viewed = $derived.by(
    () => new Set(this.files.filter((file) => this.#isViewed(file)).map((file) => file.at)),
  );
  readonly #beyond = $derived.by(() => beyondReach(this.files));
  /** Files that hold, or are called, what they do not look like. */
  readonly misleading = $derived.by(() => this.files.filter(isMisleading));

  /** Which part of the task's history `blobId` is, as the server is asked for it. */
  get #which(): WhichDiff {
    const isPrevious = this.blobId !== null && this.blobId === this.changes?.interdiffBlobId;
    return { since: isPrevious ? 'previous' : 'base', review: this.review?.id ?? null };
  }

  /** Reads the chosen diff. `blobId` names its content, so that the same one is not read twice. */
  async load(taskId: string, blobId: string): Promise<void> {
    if (this.#loaded !== blobId) {
      this.#loaded = blobId;
      if (this.diff === null) this.status = 'loading';
      try {
        const diff = await ShownDiff.read(taskId, this.#which, blobId);
        if (this.#loaded !== blobId) return;
        this.#show(diff);
      } catch (error) {
        this.#loaded = '';
        this.error = error;
        this.status = 'failed';
        return;
      }
    }
    await this.diff?.readFiles(() => this.#loaded === blobId);
  }

  #show(diff: ShownDiff): void {
    this.#loaded = diff.blobId;
    this.#read(this.review);
    this.#chosen.clear();
    this.#firstParts.clear();
    this.#unfolded.clear();
    this.diff = diff;
    this.current = diff.files.length === 0 ? null : 0;
    this.status = 'ready';
  }

  /** What is still open is followed to its next round; an older one that was chosen stays. */
  #read(review: ReviewView | null): void {
    if (review === null) return;
    this.#reading = review.instanceId;
    if (review.status === 'open') this.chosenRound = null;
  }

  /** Viewed files are folded until they are opened again, and so is what a browser could not scroll to. */
  isOpen(file: ListedFile): boolean {
    return this.#chosen.get(file.at) ?? !(this.viewed.has(file.at) || this.#beyond.has(file.at));
  }

  isBeyond(file: ListedFile): boolean {
    return this.#beyond.has(file.at);
  }

  setOpen(file: ListedFile, open: boolean): void {
    this.#chosen.set(file.at, open);
  }

  unfoldedIn({ at }: ListedFile, part: number): ReadonlySet<string> {
    const here = `${at}.${part}.`;
    return new Set([...this.#unfolded].filter((key) => key.startsWith(here)).map((key) => key.slice(here.length)));
  }

  unfold({ at }: ListedFile, part: number, key: string): void {
    this.#unfolded.add(`${at}.${part}.${key}`);
  }

  /** The lines of a file that are here. */
  linesOf(file: ListedFile): DiffLine[] {
    return file.parts.flatMap((_, part) => {
      const state = this.diff?.part(file, part);
      return typeof state === 'object' && 'part' in state ? state.part.hunks.flatMap(({ lines }) => lines) : [];
    });
  }

  firstPart(file: ListedFile): number {
    return this.#firstParts.get(file.at) ?? 0;
  }

  showFrom(file: ListedFile, part: number): void {
    this.#firstParts.set(file.at, part);
  }

  setSplit(split: boolean): void {
    this.split = split;
    savePreferences({ split, ignoreWhitespace: this.ignoreWhitespace });
  }

  setIgnoreWhitespace(ignoreWhitespace: boolean): void {
    this.ignoreWhitespace = ignoreWhitespace;
    savePreferences({ split: this.split, ignoreWhitespace });
  }

  commentsOf(path: string): Comment[] {
    return this.comments.filter((comment) => comment.path === path);
  }

  /** All of what a round changed, whichever part of it was compared; and in it this thread, once it is there. */
  showRound(reviewId: string, threadId: string): void {
    this.chosenRound = reviewId;
    this.against = 'base';
    this.#sought = threadId;
  }

  /** The thread that is to be shown, given once: when the diff with its lines is the one on the page. */
  takeSought(): ShownThread | null {
    if (this.#sought === null || this.diff?.blobId !== this.blobId) return null;
    const thread = this.threads.ordered.find(({ id }) => id === this.#sought);
    const isListed = this.files.length >= this.totalFiles || this.files.some(({ path }) => path === thread?.path);
    if (thread === undefined || !isListed) return null;
    this.#sought = null;
    return thread;
  }

  looseCount(file: ListedFile): number {
    return this.threads.looseOf(file).length;
  }

  allLinesOf(file: ListedFile): DiffLine[] | null {
    const isRead = file.parts.every((_, part) => {
      const state = this.diff?.part(file, part);
      return typeof state === 'object' && 'part' in state;
    });
    return isRead ? this.linesOf(file) : null;
  }

  viewedBy(file: DiffFile): string[] {
    const people = this.#marks.filter((mark) => isSameMark(mark, { ...file, by: mark.by }));
    return [...new Set(people.map((mark) => this.#workspace.nameOf(mark.by)))];
  }

  #isViewed(file: DiffFile): boolean {
    const mine = { ...file, by: this.#workspace.session?.person?.id ?? '' };
    return !this.unmarked.has(markKey(file)) && this.#marks.some((mark) => isSameMark(mark, mine));
  }

  /** Where the words of a comment on these lines are kept while they are written. */
  placeOf({ path, side, start, end }: Selection): string {
    return places.comment(this.review?.id ?? '', { path, side, startLine: start, endLine: end });
  }

  placeOfEdit({ commentId }: Comment): string {
    return places.editedComment(this.review?.id ?? '', commentId);
  }

  /** Saves a comment on the server at once, as a draft of the open review. */
  async comment(body: string, lines: readonly DiffLine[]): Promise<void> {
    const at = this.selection.lines;
    const review = this.review;
    if (at === null || review === null) return;
    const quote = quoteOf(lines, at);
    const accepted = await addComment(review.id, {
      path: at.path,
      side: at.side,
      startLine: at.start,
      endLine: at.end,
      quote: cutText(quote, 20_000),
      body,
    });
    this.selection.clear();
    await this.feed.refresh(accepted.position);
  }

  async edit(comment: Comment, body: string): Promise<void> {
    if (this.review === null) return;
    const accepted = await editComment(this.review.id, comment.commentId, body);
    await this.feed.refresh(accepted.position);
  }

  async remove(comment: Comment): Promise<void> {
    if (this.review === null) return;
    try {
      await removeComment(this.review.id, comment.commentId);
      await this.feed.refresh();
    } catch (error) {
      toasts.fail(error);
    }
  }

  async toggleViewed(file: ListedFile): Promise<void> {
    if (this.review === null || !this.canComment) return;
    this.#chosen.delete(file.at);
    const viewed = !this.#isViewed(file);
    try {
      const accepted = await markFile(this.review.id, file.path, file.contentHash, viewed);
      const unmarked = new Set(this.unmarked);
      if (viewed) unmarked.delete(markKey(file));
      else unmarked.add(markKey(file));
      this.unmarked = unmarked;
      await this.feed.refresh(accepted.position);
    } catch (error) {
      toasts.fail(error);
    }
  }
}
