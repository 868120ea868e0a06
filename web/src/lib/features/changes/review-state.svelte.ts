import type { DiffDocument, DiffFile, ReviewView } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { addComment, editComment, markFile, removeComment } from '#lib/api/reviews.ts';
import { taskChanges } from '#lib/api/tasks.ts';
import type { TaskFeed } from '#lib/live/task.svelte.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';
import { toasts } from '#lib/ui/toasts.svelte.ts';
import type { Line } from './rows.ts';

export type Side = 'old' | 'new';
/** Lines of one side of one file, by their keys in the diff. */
export interface Selection {
  readonly path: string;
  readonly side: Side;
  readonly start: number;
  readonly end: number;
}
export type Comment = ReviewView['comments'][number];

const PREFERENCES = 'codex.diff';

/** What the reader of a diff has chosen and is doing; the review itself belongs to the server. */
export class ReviewState {
  readonly #feed: TaskFeed;
  readonly #workspace: Workspace;
  /** Null: the newest. */
  chosenRound = $state<string | null>(null);
  against = $state<'base' | 'previous'>('base');
  split = $state(false);
  ignoreWhitespace = $state(false);
  diff = $state.raw<DiffDocument | null>(null);
  status = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  selection = $state.raw<Selection | null>(null);
  /** The selection is finished and its comment is being written. */
  writing = $state(false);
  dragging = $state(false);
  current = $state<string | null>(null);
  /** Marks of earlier rounds that were taken back here; the rounds they belong to are closed. */
  unmarked = $state.raw<ReadonlySet<string>>(new Set());
  #loaded = '';

  constructor(feed: TaskFeed, workspace: Workspace) {
    this.#feed = feed;
    this.#workspace = workspace;
    if (feed.firstDiff !== null && feed.firstDiff.blobId === this.blobId)
      this.#show(feed.firstDiff.diff, feed.firstDiff.blobId);
  }

  /** How this person likes to read, which only their browser knows. */
  applyPreferences(): void {
    const stored = readPreferences();
    this.split = stored.split ?? window.innerWidth >= 1500;
    this.ignoreWhitespace = stored.ignoreWhitespace ?? false;
  }

  readonly rounds = $derived.by(() =>
    (this.#feed.task?.reviews ?? []).filter((review) => review.subject === 'changes'),
  );
  readonly review = $derived.by(
    () => this.rounds.find((round) => round.id === this.chosenRound) ?? this.rounds.at(-1) ?? null,
  );
  readonly changes = $derived.by(() => this.review?.changes ?? this.#feed.task?.changes ?? null);
  readonly canComment = $derived.by(() => this.review?.status === 'open' && this.#workspace.canEdit);
  readonly comments = $derived.by(() => this.review?.comments ?? []);
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
  readonly viewedPaths = $derived.by(
    () => new Set(this.files.filter((file) => this.#isViewed(file)).map((file) => file.path)),
  );

  /** Reads the chosen diff. `blobId` names its content, so that the same one is not read twice. */
  async load(taskId: string, blobId: string): Promise<void> {
    if (this.#loaded === blobId) return;
    this.#loaded = blobId;
    if (this.diff === null) this.status = 'loading';
    try {
      const previous = blobId === this.changes?.interdiffBlobId;
      const diff = await taskChanges(taskId, previous ? 'previous' : 'base', this.review?.round ?? null);
      if (this.#loaded !== blobId) return;
      this.#show(diff, blobId);
    } catch (error) {
      this.#loaded = '';
      this.error = error;
      this.status = 'failed';
    }
  }

  #show(diff: DiffDocument, blobId: string): void {
    this.#loaded = blobId;
    this.diff = diff;
    this.current ??= diff.files[0]?.path ?? null;
    this.status = 'ready';
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

  viewedBy(file: DiffFile): string[] {
    const people = this.#marks.filter((mark) => mark.path === file.path && mark.contentHash === file.contentHash);
    return [...new Set(people.map((mark) => this.#workspace.nameOf(mark.by)))];
  }

  #isViewed(file: DiffFile): boolean {
    const me = this.#workspace.session?.person?.id;
    return (
      !this.unmarked.has(markKey(file)) &&
      this.#marks.some((mark) => mark.path === file.path && mark.contentHash === file.contentHash && mark.by === me)
    );
  }

  beginSelection(path: string, side: Side, line: number, extend: boolean): void {
    if (!this.canComment) return;
    const known = this.selection;
    if (extend && known !== null && known.path === path && known.side === side) {
      this.selection = { ...known, start: Math.min(known.start, line), end: Math.max(known.end, line) };
      this.writing = true;
      return;
    }
    this.selection = { path, side, start: line, end: line };
    this.writing = false;
    this.dragging = true;
  }

  extendSelection(path: string, side: Side, line: number, anchor: number): void {
    if (!this.dragging || this.selection?.path !== path || this.selection.side !== side) return;
    this.selection = { path, side, start: Math.min(anchor, line), end: Math.max(anchor, line) };
  }

  finishSelection(): void {
    if (!this.dragging) return;
    this.dragging = false;
    this.writing = this.selection !== null;
  }

  clearSelection(): void {
    this.selection = null;
    this.writing = false;
    this.dragging = false;
  }

  /** Saves a comment on the server at once, as a draft of the open review. */
  async comment(body: string, lines: readonly Line[]): Promise<void> {
    const at = this.selection;
    const review = this.review;
    if (at === null || review === null) return;
    const quote = lines
      .filter((line) => within(line, at))
      .map((line) => line.text)
      .join('\n');
    const accepted = await addComment(review.id, {
      path: at.path,
      side: at.side,
      startLine: at.start,
      endLine: at.end,
      quote: cutText(quote, 20_000),
      body,
    });
    this.clearSelection();
    await this.#feed.refresh(accepted.position);
  }

  async edit(comment: Comment, body: string): Promise<void> {
    if (this.review === null) return;
    const accepted = await editComment(this.review.id, comment.commentId, body);
    await this.#feed.refresh(accepted.position);
  }

  async remove(comment: Comment): Promise<void> {
    if (this.review === null) return;
    try {
      await removeComment(this.review.id, comment.commentId);
      await this.#feed.refresh();
    } catch (error) {
      toasts.fail(error);
    }
  }

  async toggleViewed(file: DiffFile): Promise<void> {
    if (this.review === null || !this.canComment) return;
    const viewed = !this.#isViewed(file);
    try {
      const accepted = await markFile(this.review.id, file.path, file.contentHash, viewed);
      const unmarked = new Set(this.unmarked);
      if (viewed) unmarked.delete(markKey(file));
      else unmarked.add(markKey(file));
      this.unmarked = unmarked;
      await this.#feed.refresh(accepted.position);
    } catch (error) {
      toasts.fail(error);
    }
  }
}

const markKey = (file: DiffFile) => `${file.contentHash} ${file.path}`;

/** Whether a line belongs to a selection or a comment's range. */
export function within(line: Line, range: Pick<Selection, 'side' | 'start' | 'end'>): boolean {
  const number = range.side === 'old' ? line.oldLine : line.newLine;
  return number !== null && number >= range.start && number <= range.end;
}

interface Preferences {
  readonly split?: boolean;
  readonly ignoreWhitespace?: boolean;
}

function readPreferences(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(PREFERENCES) ?? '{}') as Preferences;
  } catch (error) {
    // Something else wrote there: the defaults are right.
    void error;
    return {};
  }
}

function savePreferences(preferences: Preferences): void {
  localStorage.setItem(PREFERENCES, JSON.stringify(preferences));
}
