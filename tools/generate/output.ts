import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A file that is made from the sources: written, or compared with what is there. */
export interface GeneratedFile {
  /** Relative to the repository. */
  path: string;
  content: string;
  /** True for a file that is written once and then kept for ever; only its absence is a difference. */
  frozen?: boolean;
}

export const MARK = '<!-- Made by `npm run generate` from the sources. Do not edit. -->';

/** The files that differ from what is there. */
export function stale(files: readonly GeneratedFile[]): GeneratedFile[] {
  return files.filter(({ path, content, frozen = false }) => {
    const full = join(ROOT, path);
    return !existsSync(full) || (!frozen && readFileSync(full, 'utf8') !== content);
  });
}

export function write(files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), content);
  }
}

/** A Markdown table. Pipes and line breaks inside cells are made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
