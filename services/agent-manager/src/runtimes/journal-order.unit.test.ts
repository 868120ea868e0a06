import type { JournalEntry } from '@claude-codex/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JournalBroken, linesOf, recordsOf } from './journal-lines.ts';

const at = '2026-01-01T00:00:00.000Z';
const started = { type: 'supervisor_started', pid: 7, epoch: 1, versions: {} } as const;
const said = (text: string): JournalEntry => ({ type: 'assistant_text', text });
const ended = { type: 'exited', reason: 'stopped', detail: '' } as const;
const line = (seq: number, entry: JournalEntry = said(`record ${seq}`)) => `${JSON.stringify({ seq, at, entry })}\n`;
const good = [line(1, started), line(2), line(3), line(4), line(5, ended)];

async function read(lines: readonly string[], afterSeq = 0): Promise<number[]> {
  const seen: number[] = [];
  const chunks = (async function* () {
    yield* lines.map((text) => Buffer.from(text));
  })();
  for await (const { seq } of recordsOf(linesOf(chunks), afterSeq)) seen.push(seq);
  return seen;
}

describe('the records of a worker', () => {
  it('come as they were written, from any number on', async () => {
    expect(await read(good)).toEqual([1, 2, 3, 4, 5]);
    expect(await read(good, 3)).toEqual([4, 5]);
    expect(await read(good.slice(2), 2)).toEqual([3, 4, 5]);
    // The engine dropped old ones that are stored: nothing is lost.
    expect(await read(good.slice(2), 4)).toEqual([5]);
  });

  it('go on after a cut in the middle of a line', async () => {
    expect(await read([...good.slice(0, 3), '{"seq":4,"at":"2026'])).toEqual([1, 2, 3]);
  });

  it.each([
    ['a number jumps', [line(1, started), line(2), line(5)], 'from 3 to 4 are missing'],
    ['a number jumps far', [line(1, started), line(900_000)], 'from 2 to 899999 are missing'],
    ['the beginning is missing', [line(2), line(3)], 'from 1 to 1 are missing'],
    ['a record is there again with other words', [line(1, started), line(2), line(2, said('forged'))], 'there twice'],
    ['a record is there again with the same words', [line(1, started), line(2), line(2)], 'there twice'],
    ['numbers go back', [line(1, started), line(2), line(3), line(1)], 'there twice'],
    ['a second supervisor starts', [line(1, started), line(2, started)], 'second supervisor'],
    ['something comes after the end', [line(1, started), line(2, ended), line(3)], 'after the last one'],
    ['a second end comes', [line(1, started), line(2, ended), line(3, ended)], 'after the last one'],
    ['a line is not JSON', [line(1, started), 'hello\n', line(2)], 'not JSON'],
    ['a line is empty', [line(1, started), '\n', line(2)], 'not JSON'],
    ['a line is no record', [line(1, started), '{"seq":2}\n'], 'no record'],
    ['a record is of an unknown kind', [line(1, started), line(2, { type: 'trust_me' } as never)], 'no record'],
    ['a number is no whole one', [line(1, started), line(1.5)], 'no record'],
    ['two lines came as one', [line(1, started), `${line(2).trimEnd()}${line(3)}`], 'not JSON'],
    ['a line never ends', [line(1, started), 'x'.repeat(9 * 1024 * 1024)], 'longer than'],
  ])('are refused where %s', async (_what, lines, problem) => {
    await expect(read(lines)).rejects.toThrow(JournalBroken);
    await expect(read(lines)).rejects.toThrow(problem);
  });

  it('are refused wherever one line too many stands, or one is missing in between', async () => {
    const places = fc.nat({ max: good.length });
    const forged = fc.oneof(
      fc.nat({ max: 8 }).map((seq) => line(seq + 1, said('forged'))),
      fc.string().map((text) => `${text}\n`),
    );
    await fc.assert(
      fc.asyncProperty(places, forged, async (place, extra) => {
        await expect(read([...good.slice(0, place), extra, ...good.slice(place)])).rejects.toThrow(JournalBroken);
      }),
    );
    for (let missing = 0; missing < good.length - 1; missing += 1) {
      await expect(read(good.filter((_, index) => index !== missing))).rejects.toThrow('missing');
    }
  });
});
