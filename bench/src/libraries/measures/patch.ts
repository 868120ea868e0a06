import { PassThrough, Readable } from 'node:stream';
import { PART_LIMITS } from '@claude-codex/git/diffs/part-writer';
import { eachLine } from '@claude-codex/git/diffs/patch-lines';
import { PatchReader } from '@claude-codex/git/diffs/patch-reader';
import { type Comparison, peer, timed } from '../comparison.ts';

const FILES = 2_000;
const LINES = 400;

interface JsDiff {
  parsePatch(text: string): { hunks: { lines: string[] }[] }[];
}

/** A patch of 2,000 new files of 400 lines, 73 MB, as git writes it. */
export const patch: Comparison = {
  title: 'a patch of 2,000 files of 400 lines: `diff` (parsePatch) · our reader',
  ours: () =>
    timed(async () => {
      let at = 0;
      const sink = {
        async write(bytes: Uint8Array) {
          const place = { at, bytes: bytes.length };
          at += bytes.length;
          return place;
        },
      };
      const reader = new PatchReader(sink, Array<number>(FILES).fill(1), PART_LIMITS);
      await eachLine(Readable.from(printed()), reader);
      const files = await reader.end();
      return `${files.length} files, stored as they come`;
    }),
  library: () =>
    timed(async () => {
      const text = await whole();
      const files = (peer('diff') as JsDiff).parsePatch(text);
      return `${files.length} files, all held`;
    }),
};

function* printed(): Generator<Buffer> {
  for (let file = 0; file < FILES; file += 1) {
    const name = `src/part-${file}/of the whole.ts`;
    const head = `diff --git a/${name} b/${name}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/${name}\n`;
    const lines = Array.from(
      { length: LINES },
      (_, line) => `+  const value${line} = compute(${file}, ${line}, 'some words of a line');\n`,
    );
    yield Buffer.from(`${head}@@ -0,0 +1,${LINES} @@\n${lines.join('')}`);
  }
}

async function whole(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from(printed()).pipe(new PassThrough())) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
