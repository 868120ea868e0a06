import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { records } from '../journal.contract.fixture.ts';
import { journalContract } from '../journal.contract.ts';
import { createDirectoryJournal } from './directory-journal.ts';
import { offsetAfter, readRecords } from './segment-file.ts';

for (const segmentBytes of [4 * 1024 * 1024, 500]) {
  journalContract(`directory, segments of ${segmentBytes} bytes`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'journal-'));
    return { journal: createDirectoryJournal(root, { segmentBytes }), close: () => rm(root, { recursive: true }) };
  });
}

describe('a writer that was killed', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('leaves half a line, which readers do not see and the next writer replaces', async () => {
    const journal = createDirectoryJournal(root);
    await journal.append('one', 1, records(1, 3));
    const [segment] = await readdir(join(root, 'one'));
    const path = join(root, 'one', segment ?? '');
    await appendFile(path, '{"seq":4,"at":"2026-01-01T00');
    expect(await journal.last('one')).toEqual({ epoch: 1, seq: 3 });
    expect(await journal.read('one', { limit: 10 })).toHaveLength(3);
    const next = createDirectoryJournal(root);
    await next.append('one', 1, records(3, 5));
    expect((await next.read('one', { limit: 10 })).map(({ record }) => record)).toEqual(records(1, 5));
  });

  it('may leave nothing but half a line', async () => {
    const journal = createDirectoryJournal(root);
    await journal.append('one', 1, records(1, 1));
    const [segment] = await readdir(join(root, 'one'));
    await writeFile(join(root, 'one', segment ?? ''), '{"seq":1');
    await journal.append('one', 1, records(1, 2));
    expect((await journal.read('one', { limit: 10 })).map(({ record }) => record)).toEqual(records(1, 2));
  });

  it('by kill -9 has kept every record it was promised, whole and once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.fixture.ts'), root], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(writer, 'exit');
      let promised = 0;
      for await (const chunk of writer.stdout) {
        promised = Math.max(promised, ...String(chunk).trim().split('\n').map(Number));
        if (promised > 40 * (round + 1)) writer.kill('SIGKILL');
      }
      await exited;
      const journal = createDirectoryJournal(root);
      const seqs = (await journal.read('one', { limit: 100_000 })).map(({ record }) => record.seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect(seqs.length).toBeGreaterThanOrEqual(promised);
      expect(await journal.last('one')).toEqual({ epoch: 1, seq: seqs.length });
    }
  });
});

it('a place far back in a long segment is found by reading little of it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'journal-'));
  await createDirectoryJournal(root).append('one', 1, records(1, 20_000, 200));
  const [segment] = await readdir(join(root, 'one'));
  const file = await open(join(root, 'one', segment ?? ''), 'r');
  const { size } = await file.stat();
  let bytesRead = 0;
  const counting = {
    stat: () => file.stat(),
    read: async (buffer: Buffer, offset: number, length: number, position: number) => {
      bytesRead += length;
      return file.read(buffer, offset, length, position);
    },
  };
  const offset = await offsetAfter(counting, 12_345, size);
  const [record] = await readRecords(counting, offset, size, 1);
  expect(record?.seq).toBe(12_346);
  expect(bytesRead).toBeLessThan(size / 3);
  await file.close();
  await rm(root, { recursive: true });
});
