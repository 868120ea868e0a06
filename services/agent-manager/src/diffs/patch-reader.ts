import type { DiffHunk } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';

export interface PatchLimits {
  /** Lines of one file's patch; a file with more is shown as too large. */
  readonly fileLines: number;
  readonly fileCharacters: number;
  /** Characters of all patches together; what comes after is too large. */
  readonly totalCharacters: number;
}

export interface PatchSection {
  hunks: DiffHunk[];
  tooLarge: boolean;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/**
 * Reads the output of `git diff --patch` line by line, one section per `diff --git`. Paths are not read from here
 * (they can be written to confuse): sections come in the order of `--raw`. Hunks are read by the counts in their
 * header, so no content can pass for a header. Over a limit the content is dropped while reading, not kept.
 */
export class PatchReader {
  readonly sections: PatchSection[] = [];
  readonly #limits: PatchLimits;
  #hunk: DiffHunk | null = null;
  #oldLeft = 0;
  #newLeft = 0;
  #lines = 0;
  #characters = 0;
  #total = 0;

  constructor(limits: PatchLimits) {
    this.#limits = limits;
  }

  /** One line without its line feed. */
  line(text: string): void {
    if (this.#oldLeft > 0 || this.#newLeft > 0) this.#content(text);
    else if (text.startsWith('diff --git ')) this.#section();
    else if (text.startsWith('@@ ')) this.#header(text);
    // Everything else is an extended header, "\ No newline at end of file" or "Binary files differ".
  }

  #section(): void {
    this.sections.push({ hunks: [], tooLarge: this.#total > this.#limits.totalCharacters });
    this.#hunk = null;
    this.#lines = 0;
    this.#characters = 0;
  }

  #header(text: string): void {
    const match = HUNK.exec(text);
    if (match === null) throw new Error('git printed a hunk header that cannot be read');
    const [, oldStart = '0', oldLines = '1', newStart = '0', newLines = '1', section = ''] = match;
    this.#oldLeft = Number(oldLines);
    this.#newLeft = Number(newLines);
    this.#hunk = {
      oldStart: Number(oldStart),
      oldLines: this.#oldLeft,
      newStart: Number(newStart),
      newLines: this.#newLeft,
      section: cutText(section, 200),
      lines: [],
    };
    const current = this.sections.at(-1);
    if (current !== undefined && !current.tooLarge) current.hunks.push(this.#hunk);
  }

  #content(text: string): void {
    const sign = text.charAt(0);
    if (sign === '\\') return;
    const hunk = this.#hunk;
    const current = this.sections.at(-1);
    if (hunk === null || current === undefined) throw new Error('git printed a hunk outside of a file');
    const oldLine = hunk.oldStart + hunk.oldLines - this.#oldLeft;
    const newLine = hunk.newStart + hunk.newLines - this.#newLeft;
    if (sign !== '+') this.#oldLeft -= 1;
    if (sign !== '-') this.#newLeft -= 1;
    if (current.tooLarge) return;
    const body = text.slice(1);
    if (sign === '+') hunk.lines.push({ kind: 'added', oldLine: null, newLine, text: body });
    else if (sign === '-') hunk.lines.push({ kind: 'removed', oldLine, newLine: null, text: body });
    else hunk.lines.push({ kind: 'context', oldLine, newLine, text: body });
    this.#count(current, body);
  }

  #count(current: PatchSection, body: string): void {
    this.#lines += 1;
    this.#characters += body.length;
    this.#total += body.length;
    const { fileLines, fileCharacters, totalCharacters } = this.#limits;
    if (this.#lines <= fileLines && this.#characters <= fileCharacters && this.#total <= totalCharacters) return;
    current.tooLarge = true;
    current.hunks = [];
  }
}
