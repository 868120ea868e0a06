import type { DiffLine } from '@claude-codex/contracts';
import { shown } from '@claude-codex/contracts/hidden-characters';
import type { Line } from './rows.ts';

export type Side = 'old' | 'new';
/** Lines of one side of one file, by their keys in the diff. */
export interface Selection {
  readonly path: string;
  readonly side: Side;
  readonly start: number;
  readonly end: number;
}

interface Round {
  /** Null: nothing was handed over for review yet. */
  readonly id: () => string | null;
  readonly canComment: () => boolean;
}

/** The lines a reader chose to comment on, from the first click to the end of the comment. */
export class LineSelection {
  readonly #round: Round;
  /** The lines of one round mean nothing in the next, which may come while a comment on them is written. */
  #selected = $state.raw<{ readonly round: string | null; readonly lines: Selection } | null>(null);
  /** The selection is finished and its comment is being written. */
  writing = $state(false);
  #dragging = false;

  constructor(round: Round) {
    this.#round = round;
  }

  get lines(): Selection | null {
    return this.#selected?.round === this.#round.id() ? (this.#selected?.lines ?? null) : null;
  }

  #select(lines: Selection): void {
    this.#selected = { round: this.#round.id(), lines };
  }

  begin(path: string, side: Side, line: number, extend: boolean): void {
    if (!this.#round.canComment()) return;
    const known = this.lines;
    if (extend && known !== null && known.path === path && known.side === side) {
      this.#select({ ...known, start: Math.min(known.start, line), end: Math.max(known.end, line) });
      this.writing = true;
      return;
    }
    this.#select({ path, side, start: line, end: line });
    this.writing = false;
    this.#dragging = true;
  }

  extend(path: string, side: Side, line: number, anchor: number): void {
    if (!this.#dragging || this.lines?.path !== path || this.lines.side !== side) return;
    this.#select({ path, side, start: Math.min(anchor, line), end: Math.max(anchor, line) });
  }

  finish(): void {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.writing = this.lines !== null;
  }

  /** Chooses lines and opens the field of their comment. */
  choose(lines: Selection): void {
    this.#select(lines);
    this.#dragging = false;
    this.writing = true;
  }

  clear(): void {
    this.#selected = null;
    this.writing = false;
    this.#dragging = false;
  }
}

/** Whether a line belongs to a selection or a comment's range. */
export function within(
  line: Pick<Line, 'oldLine' | 'newLine'>,
  range: Pick<Selection, 'side' | 'start' | 'end'>,
): boolean {
  const number = range.side === 'old' ? line.oldLine : line.newLine;
  return number !== null && number >= range.start && number <= range.end;
}

/** The chosen ones of these lines, as a comment on them quotes them. */
export function quoteOf(lines: readonly DiffLine[], chosen: Selection): string {
  const quoted = lines.filter((line) => within(line, chosen));
  // The store takes no half characters, and the agent should read what the reviewer saw.
  return quoted.map((line) => shown(line.text.replace(/\r$/, ''))).join('\n');
}
