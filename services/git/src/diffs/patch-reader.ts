import { textFromBytes } from '@claude-codex/contracts/git-path';
import { misleads } from '@claude-codex/contracts/hidden-characters';
import { cutText } from '@claude-codex/contracts/text';
import { LINE_SHOWN, type StoredPart } from '@claude-codex/service-kit/diffs/layout';
import type { DiffSink } from '@claude-codex/service-kit/diffs/write-diff';
import { type PartLimits, PartWriter } from './part-writer.ts';
import type { LineReader } from './patch-lines.ts';

/** What the patch holds of one file. */
export interface PatchedFile {
  readonly parts: StoredPart[];
  readonly misleading: number;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s;
const KIND = { '+': 'added', '-': 'removed', ' ': 'context' } as const;
type Sign = keyof typeof KIND;

/**
 * Reads the output of `git diff --patch` line by line and stores the lines as they come. Paths are not read from here
 * (they can be written to confuse): sections come in the order of `--raw`, and `sections` says how many each file has.
 * Hunks are read by the counts in their header, so no content can pass for a header.
 */
export class PatchReader implements LineReader {
  readonly files: PatchedFile[] = [];
  readonly #sink: DiffSink;
  readonly #limits: PartLimits;
  readonly #sections: readonly number[];
  #writer: PartWriter | null = null;
  #sectionsLeft = 0;
  #misleading = 0;
  #oldNext = 0;
  #newNext = 0;
  #oldLeft = 0;
  #newLeft = 0;
  #long: { at: number; bytes: number; misleads: boolean } | null = null;

  constructor(sink: DiffSink, sections: readonly number[], limits: PartLimits) {
    this.#sink = sink;
    this.#sections = sections;
    this.#limits = limits;
  }

  get #inHunk(): boolean {
    return this.#oldLeft > 0 || this.#newLeft > 0;
  }

  line(bytes: Buffer): Promise<void> | void {
    if (bytes[0] === BACKSLASH) return this.#writer?.noNewline();
    if (this.#inHunk) return this.#content(bytes);
    if (bytes.subarray(0, 11).toString('latin1') === 'diff --git ') return this.#section();
    if (bytes.subarray(0, 3).toString('latin1') === '@@ ') this.#header(textFromBytes(bytes));
    // Everything else is an extended header or "Binary files differ".
  }

  async longPiece(bytes: Buffer): Promise<void> {
    if (!this.#inHunk) return;
    const isFirst = this.#long === null;
    const place = await this.#sink.write(isFirst ? bytes.subarray(1) : bytes);
    const before = this.#long ?? { at: place.at, bytes: 0, misleads: false };
    this.#long = {
      at: before.at,
      bytes: before.bytes + place.bytes,
      misleads: before.misleads || misleads(textFromBytes(bytes)),
    };
  }

  /** What the patch held of each file, in its order. */
  async end(): Promise<readonly PatchedFile[]> {
    await this.#endFile();
    if (this.files.length !== this.#sections.length || this.#sectionsLeft !== 0) {
      throw new Error('the patch does not have as many files as the summary');
    }
    return this.files;
  }

  async #section(): Promise<void> {
    if (this.#writer !== null && this.#sectionsLeft > 0) {
      this.#sectionsLeft -= 1;
      this.#writer.startOver();
      return;
    }
    await this.#endFile();
    this.#writer = new PartWriter(this.#sink, this.#limits);
    this.#sectionsLeft = (this.#sections[this.files.length] ?? 1) - 1;
    this.#misleading = 0;
  }

  async #endFile(): Promise<void> {
    if (this.#writer === null) return;
    this.files.push({ parts: await this.#writer.end(), misleading: this.#misleading });
    this.#writer = null;
  }

  #header(text: string): void {
    const match = HUNK.exec(text);
    if (match === null || this.#writer === null) throw new Error('git printed a hunk header that cannot be read');
    const [, oldStart = '0', oldLines = '1', newStart = '0', newLines = '1', section = ''] = match;
    this.#oldLeft = Number(oldLines);
    this.#newLeft = Number(newLines);
    this.#oldNext = Number(oldStart);
    this.#newNext = Number(newStart);
    this.#writer.hunk({ oldStart: this.#oldNext, newStart: this.#newNext, section: cutText(section, 200) });
  }

  async #content(bytes: Buffer): Promise<void> {
    if (this.#writer === null) throw new Error('git printed a hunk outside of a file');
    const sign = signOf(bytes);
    const oldLine = sign === '+' ? null : this.#oldNext++;
    const newLine = sign === '-' ? null : this.#newNext++;
    if (sign !== '+') this.#oldLeft -= 1;
    if (sign !== '-') this.#newLeft -= 1;
    const content = textFromBytes(bytes.subarray(1));
    const long = this.#long;
    this.#long = null;
    if (sign === '+' && (long?.misleads || misleads(content))) this.#misleading += 1;
    const line = { kind: KIND[sign], oldLine, newLine };
    if (long === null && content.length <= LINE_SHOWN) {
      await this.#writer.line({ ...line, text: content }, null);
      return;
    }
    const whole = long ?? (await this.#sink.write(bytes.subarray(1)));
    const { at, bytes: length } = whole;
    await this.#writer.line({ ...line, text: cutText(content, LINE_SHOWN), bytes: length }, { at, bytes: length });
  }
}

const BACKSLASH = 0x5c;

/** Git may print an empty context line without its blank. */
function signOf(bytes: Buffer): Sign {
  const sign = String.fromCharCode(bytes[0] ?? 0x20);
  return sign === '+' || sign === '-' ? sign : ' ';
}
