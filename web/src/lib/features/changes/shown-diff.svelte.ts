import type { DiffPart } from '@claude-codex/contracts';
import { SvelteMap } from 'svelte/reactivity';
import { changedFiles, changedLines, imageAddress, longLine, type WhichDiff } from '#lib/api/tasks.ts';
import type { FirstDiff } from '#lib/live/task.svelte.ts';
import { readBeginning } from './first-diff.ts';
import type { ListedFile } from './items.ts';

export type PartState = { readonly part: DiffPart } | { readonly error: unknown } | 'loading';
export interface LongText {
  readonly pieces: readonly string[];
  readonly nextFrom: number | null;
}

const PAGE = 2_000;
/** Parts that are kept, those read last: some 30 KB each. A part that is gone is read again when it comes into sight. */
const KEPT = 300;

/** A diff as far as it was read: its files a page after the other, the lines of a file when they come into sight. */
export class ShownDiff {
  readonly blobId: string;
  readonly which: WhichDiff;
  files = $state.raw<readonly ListedFile[]>([]);
  totalFiles = $state(0);
  totalLines = $state(0);
  /** A page of files that could not be read. */
  problem = $state.raw<unknown>(null);
  readonly #taskId: string;
  readonly #parts = new SvelteMap<string, PartState>();
  readonly #long = new SvelteMap<string, LongText>();

  private constructor(taskId: string, which: WhichDiff, { blobId, index, parts }: FirstDiff) {
    this.#taskId = taskId;
    this.which = which;
    this.blobId = blobId;
    this.totalFiles = index.totalFiles;
    this.totalLines = index.totalLines;
    this.files = index.files.map((file, at) => ({ ...file, at }));
    for (const part of parts) {
      const file = this.files.find(({ path }) => path === part.path);
      if (file !== undefined) this.#parts.set(keyOf(file, part.part), { part });
    }
  }

  /** Where a picture of a changed image is. */
  imageOf({ path }: ListedFile, side: 'old' | 'new'): string {
    return imageAddress(this.#taskId, this.which, { path, side });
  }

  /** From what was read with the page. */
  static of(taskId: string, which: WhichDiff, first: FirstDiff): ShownDiff {
    return new ShownDiff(taskId, which, first);
  }

  static async read(taskId: string, which: WhichDiff, blobId: string): Promise<ShownDiff> {
    return new ShownDiff(taskId, which, { blobId, ...(await readBeginning(taskId, which)) });
  }

  /** Reads the files that are not here yet; called again it goes on. */
  async readFiles(isWanted: () => boolean): Promise<void> {
    this.problem = null;
    try {
      while (this.files.length < this.totalFiles && isWanted()) {
        const after = this.files.length;
        const { files } = await changedFiles(this.#taskId, this.which, { after, limit: PAGE });
        if (files.length === 0) return;
        this.files = [...this.files, ...files.map((file, index) => ({ ...file, at: after + index }))];
      }
    } catch (error) {
      this.problem = error;
    }
  }

  part(file: ListedFile, part: number): PartState | undefined {
    return this.#parts.get(keyOf(file, part));
  }

  /** Reads a part that came into sight; a failed one is tried again. */
  async want(file: ListedFile, part: number): Promise<void> {
    const key = keyOf(file, part);
    const known = this.#parts.get(key);
    if (known === 'loading' || (known !== undefined && 'part' in known)) return;
    this.#parts.set(key, 'loading');
    try {
      this.#parts.set(key, { part: await changedLines(this.#taskId, this.which, { path: file.path, part }) });
    } catch (error) {
      this.#parts.set(key, { error });
    }
    for (const old of [...this.#parts.keys()].slice(0, Math.max(0, this.#parts.size - KEPT))) this.#parts.delete(old);
  }

  longText(file: ListedFile, part: number, line: number): LongText | undefined {
    return this.#long.get(`${keyOf(file, part)}.${line}`);
  }

  /** The next piece of a line that is too long to be shown whole. */
  async readLong(file: ListedFile, part: number, line: number): Promise<void> {
    const key = `${keyOf(file, part)}.${line}`;
    const known = this.#long.get(key) ?? { pieces: [], nextFrom: 0 };
    if (known.nextFrom === null) return;
    const place = { path: file.path, part, line, from: known.nextFrom };
    const { text, nextFrom } = await longLine(this.#taskId, this.which, place);
    this.#long.set(key, { pieces: [...known.pieces, text], nextFrom });
  }
}

function keyOf({ at }: ListedFile, part: number): string {
  return `${at}.${part}`;
}
