import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { DiffDocument, DiffFile } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { objectId } from '../git/names.ts';
import { runGit, streamGit } from '../git/run-git.ts';
import { parseFileFacts } from './file-facts.ts';
import { type PatchLimits, PatchReader } from './patch-reader.ts';

export const DIFF_LIMITS: PatchLimits = { fileLines: 5_000, fileCharacters: 512_000, totalCharacters: 8_000_000 };

/** No driver, filter or colour that a repository or a configuration file could choose. */
const SAFE = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none', '--submodule=short', '-M'];
const PATCH = [
  '--patch',
  '--full-index',
  '--unified=3',
  '--diff-algorithm=histogram',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

/** The difference between two commits of a mirror, as the review page shows it. */
export async function computeDiff(
  gitDir: string,
  baseSha: string,
  headSha: string,
  limits: PatchLimits = DIFF_LIMITS,
): Promise<DiffDocument> {
  const range = ['--end-of-options', objectId(baseSha), objectId(headSha), '--'];
  const options = { gitDir, maxBytes: 64 * 1024 * 1024, timeoutMs: 120_000 };
  const { stdout } = await runGit(['diff', ...SAFE, '--raw', '--numstat', '-z', '--no-abbrev', ...range], options);
  const facts = parseFileFacts(stdout);
  const reader = new PatchReader(limits);
  await streamGit(['diff', ...SAFE, ...PATCH, ...range], options, (output) => eachLine(output, reader));

  let at = 0;
  const files = facts.map(({ sections: count, ...file }): DiffFile => {
    const sections = reader.sections.slice(at, at + count);
    at += count;
    const tooLarge = sections.some((section) => section.tooLarge);
    return { ...file, tooLarge, hunks: tooLarge ? [] : sections.flatMap((section) => section.hunks) };
  });
  if (at !== reader.sections.length) throw new Error('the patch does not have as many files as the summary');
  return { baseSha, headSha, files };
}

/** Lines end at a line feed only: a carriage return belongs to the content. An overlong line is cut, not gathered. */
async function eachLine(output: Readable, reader: PatchReader): Promise<void> {
  const decoder = new StringDecoder('utf8');
  const keep = 1_000_000;
  let rest = '';
  for await (const chunk of output as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > keep) rest = cutText(rest, keep);
    for (const line of lines) reader.line(line);
  }
  if (rest !== '') reader.line(rest);
}
