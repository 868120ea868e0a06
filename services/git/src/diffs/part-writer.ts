import type { DiffLine, DiffPart } from '@claude-codex/contracts';
import type { StoredPart } from '@claude-codex/service-kit/diffs/layout';
import type { DiffSink } from '@claude-codex/service-kit/diffs/write-diff';

export interface PartLimits {
  /** From here on a part ends before the next run of changed lines. */
  readonly lines: number;
  readonly characters: number;
  /** Here it ends wherever it is. */
  readonly mostLines: number;
  readonly mostCharacters: number;
}

/** A part is what a browser reads, colours and compares in one go: within a frame, and small enough to be asked for often. */
export const PART_LIMITS: PartLimits = { lines: 300, characters: 48_000, mostLines: 1_200, mostCharacters: 160_000 };

type Hunk = DiffPart['hunks'][number];
type Place = { at: number; bytes: number };

/** Gathers the lines of one file into parts and stores each as soon as it is full. */
export class PartWriter {
  readonly #sink: DiffSink;
  readonly #limits: PartLimits;
  readonly #parts: StoredPart[] = [];
  #hunks: Hunk[] = [];
  #long: StoredPart['long'] = [];
  #lines = 0;
  #characters = 0;
  #newEnd = 0;

  constructor(sink: DiffSink, limits: PartLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  hunk(header: Pick<Hunk, 'oldStart' | 'newStart' | 'section'>): void {
    const skipped = Math.max(0, header.newStart - 1 - this.#newEnd);
    this.#hunks.push({ ...header, oldLines: 0, newLines: 0, skipped, continued: false, lines: [] });
  }

  /** Hunks that follow count from the first line again: a file that became a link is printed as two. */
  startOver(): void {
    this.#newEnd = 0;
  }

  async line(line: DiffLine, whole: Place | null): Promise<void> {
    if (this.#isFull(line)) await this.#endPart();
    const hunk = this.#hunk(line);
    if (whole !== null) this.#long.push({ ...whole, line: this.#lines });
    hunk.lines.push(line);
    if (line.oldLine !== null) hunk.oldLines += 1;
    if (line.newLine !== null) {
      hunk.newLines += 1;
      this.#newEnd = line.newLine;
    }
    this.#lines += 1;
    this.#characters += line.text.length;
  }

  /** Git's remark about the line before it. */
  noNewline(): void {
    const last = this.#hunks.at(-1)?.lines.at(-1);
    if (last !== undefined) last.noNewline = true;
  }

  async end(): Promise<StoredPart[]> {
    if (this.#lines > 0) await this.#endPart();
    return this.#parts;
  }

  #isFull(next: DiffLine): boolean {
    const { lines, characters, mostLines, mostCharacters } = this.#limits;
    if (this.#lines === 0) return false;
    if (this.#lines >= mostLines || this.#characters + next.text.length > mostCharacters) return true;
    if (this.#lines < lines && this.#characters < characters) return false;
    const before = this.#hunks.at(-1)?.lines.at(-1);
    return next.kind === 'context' || (next.kind === 'removed' && before?.kind === 'added');
  }

  #hunk(line: DiffLine): Hunk {
    const open = this.#hunks.at(-1);
    if (open !== undefined) return open;
    const hunk: Hunk = {
      oldStart: line.oldLine ?? this.#oldNext,
      oldLines: 0,
      newStart: line.newLine ?? this.#newEnd + 1,
      newLines: 0,
      section: '',
      skipped: 0,
      continued: true,
      lines: [],
    };
    this.#hunks.push(hunk);
    return hunk;
  }

  get #oldNext(): number {
    return (this.#parts.at(-1)?.old[1] ?? 0) + 1;
  }

  async #endPart(): Promise<void> {
    const hunks = this.#hunks.filter(({ lines }) => lines.length > 0);
    // A hunk that was just begun belongs to the next part.
    const begun = this.#hunks.filter(({ lines }) => lines.length === 0);
    const place = await this.#sink.write(Buffer.from(JSON.stringify(hunks)));
    const numbers = (side: 'oldLine' | 'newLine') =>
      hunks.flatMap(({ lines }) => lines.flatMap((line) => (line[side] === null ? [] : [line[side]])));
    const spanOf = (all: readonly number[]): [number, number] =>
      all.length === 0 ? [1, 0] : [Math.min(all[0] ?? 1, all.at(-1) ?? 1), Math.max(all[0] ?? 0, all.at(-1) ?? 0)];
    this.#parts.push({
      ...place,
      lines: this.#lines,
      old: spanOf(numbers('oldLine')),
      new: spanOf(numbers('newLine')),
      long: this.#long,
    });
    this.#hunks = begun;
    this.#long = [];
    this.#lines = 0;
    this.#characters = 0;
  }
}
