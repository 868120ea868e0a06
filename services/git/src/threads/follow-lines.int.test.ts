import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ThreadLines } from '@claude-codex/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitFiles, createRepository, type Files, git, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { type Compared, createFollower } from './follow-lines.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const TEN = Array.from({ length: 10 }, (_, n) => `line ${n + 1}`);
const at = (path: string, startLine: number, endLine = startLine, side: 'old' | 'new' = 'new'): ThreadLines => ({
  ...{ path, side, startLine, endLine },
});

/** A base, and two rounds of work on it. */
function rounds(base: Files, first: Files, second: Files): { gitDir: string; of: Compared; now: Compared } {
  const baseSha = createRepository(root, base);
  const of = { baseSha, headSha: commitFiles(root, first, 'First round') };
  const now = { baseSha, headSha: commitFiles(root, second, 'Second round') };
  return { gitDir: join(root, '.git'), of, now };
}

describe('lines of the work', () => {
  it('are followed into a file that was renamed and changed', async () => {
    const { gitDir, of, now } = rounds(
      { 'keep.txt': 'x\n' },
      { 'a.ts': text(TEN) },
      { 'a.ts': null, 'src/b.ts': text(['new', ...TEN]) },
    );
    const place = await createFollower(gitDir, now).placeOf({ lines: at('a.ts', 3, 4), quote: '', of });
    expect(place).toEqual({ path: 'src/b.ts', side: 'new', startLine: 4, endLine: 5, touched: false });
  });

  it('stay where they are in a file that nobody changed, and are gone with a file that is deleted or binary', async () => {
    const { gitDir, of, now } = rounds(
      { 'keep.txt': 'x\n' },
      { 'a.ts': text(TEN), 'b.ts': 'only here\n', 'c.bin': text(TEN) },
      { 'b.ts': null, 'c.bin': Buffer.from([0, 1, 2, 0]) },
    );
    const follower = createFollower(gitDir, now);
    const placeOf = (lines: ThreadLines) => follower.placeOf({ lines, quote: '', of });
    expect(await placeOf(at('a.ts', 3))).toMatchObject({ startLine: 3, touched: false });
    expect(await placeOf(at('b.ts', 1))).toBeNull();
    expect(await placeOf(at('c.bin', 1))).toBeNull();
  });

  it('that the work removed are lines of its base, under the name the file has now', async () => {
    const base = { 'old.ts': text(TEN) };
    const without = TEN.filter((line) => line !== 'line 5');
    const { gitDir, of, now } = rounds(
      base,
      { 'old.ts': null, 'new.ts': text(without) },
      { 'new.ts': text(without.with(0, 'changed')) },
    );
    const follower = createFollower(gitDir, now);
    const said = { lines: at('new.ts', 5, 5, 'old'), quote: 'line 5', of };
    expect(await follower.placeOf(said)).toEqual({ ...said.lines, touched: false });
    // Removed since the round before only: these are no lines of the base.
    expect(await follower.placeOf({ ...said, quote: 'added and removed again' })).toBeNull();
  });

  it('that were removed are no part of the change once the file is as it was', async () => {
    const { gitDir, of, now } = rounds(
      { 'a.ts': text(TEN) },
      { 'a.ts': text(TEN.slice(1)), 'b.ts': 'b\n' },
      { 'a.ts': text(TEN) },
    );
    const said = { lines: at('a.ts', 1, 1, 'old'), quote: 'line 1', of };
    expect(await createFollower(gitDir, now).placeOf(said)).toBeNull();
  });
});

/** Per line of the file: kept, taken out, replaced, or with lines added behind it. */
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'keep' as const, count: 0 }) },
  fc.record({
    kind: fc.constantFrom('remove' as const, 'replace' as const, 'add' as const),
    count: fc.integer({ min: 1, max: 3 }),
  }),
);

it('after random edits a line that was kept is found, and what is not marked as touched is what it was', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 0, max: 3 }),
      async (edits, span) => {
        run += 1;
        const repository = join(root, String(run));
        const before = edits.map((_, n) => `line ${n + 1}`);
        const fresh = (n: number, count: number) => Array.from({ length: count }, (_, nth) => `fresh ${n} ${nth}`);
        const after = edits.flatMap(({ kind, count }, n) => {
          const line = before[n] ?? '';
          if (kind === 'remove') return [];
          if (kind === 'replace') return fresh(n, count);
          return kind === 'add' ? [line, ...fresh(n, count)] : [line];
        });
        const headSha = createRepository(repository, { 'a.ts': text(before), 'other.ts': 'x\n' });
        const now = { baseSha: headSha, headSha: commitFiles(repository, { 'a.ts': text(after) }, 'Edited') };
        const follower = createFollower(join(repository, '.git'), now);
        const of = { baseSha: headSha, headSha };
        for (const [n, { kind }] of edits.entries()) {
          const end = Math.min(n + 1 + span, before.length);
          const place = await follower.placeOf({ lines: at('a.ts', n + 1, end), quote: '', of });
          if (place !== null && !place.touched) {
            expect(after.slice(place.startLine - 1, place.endLine)).toEqual(before.slice(n, end));
          }
          if (place !== null) expect(place.endLine).toBeLessThanOrEqual(after.length);
          const single = await follower.placeOf({ lines: at('a.ts', n + 1), quote: '', of });
          if (kind === 'keep' || kind === 'add') {
            expect(single).toMatchObject({ startLine: after.indexOf(before[n] ?? '') + 1, touched: false });
          } else expect(single === null || single.touched).toBe(true);
        }
      },
    ),
    { numRuns: 25 },
  );
  expect(git(join(root, '1'), 'rev-list', '--count', 'HEAD')).toBe('2');
}, 120_000);
