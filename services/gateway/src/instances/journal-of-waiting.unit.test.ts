import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalRecord } from '@claude-codex/contracts';
import { createDirectoryJournal } from '@claude-codex/service-kit/journal/directory-journal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JournalQuery, journalPage } from './journal-page.ts';

const WAITED = 5_000;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-journal-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = '2026-11-21T12:00:00.000Z';
const said = (seq: number): JournalRecord => ({ seq, at, entry: { type: 'assistant_text', text: `line ${seq}` } });
const alive = (seq: number): JournalRecord => ({ seq, at, entry: { type: 'heartbeat', rssBytes: 1, busy: false } });

it('what an agent said before it waited for hours is on the first page, whichever way it is read', async () => {
  const journal = createDirectoryJournal(root);
  const waiting = Array.from({ length: WAITED }, (_, index) => alive(4 + index));
  await journal.append('waiting', 1, [said(1), said(2), said(3), ...waiting, said(4 + WAITED)]);
  const page = async (query: object) => {
    const { items, hasMore } = await journalPage(journal, 'waiting', JournalQuery.parse(query));
    return { seqs: items.map(({ record }) => record.seq), hasMore };
  };
  const direction = 'backward';
  expect(await page({ direction, limit: 200 })).toEqual({ seqs: [1, 2, 3, 4 + WAITED], hasMore: false });
  expect(await page({ direction, limit: 2 })).toEqual({ seqs: [3, 4 + WAITED], hasMore: true });
  expect(await page({ direction, epoch: 1, seq: 3, limit: 2 })).toEqual({ seqs: [1, 2], hasMore: false });
  expect(await page({ epoch: 1, seq: 2, limit: 2 })).toEqual({ seqs: [3, 4 + WAITED], hasMore: false });
  expect(await page({ limit: 1 })).toEqual({ seqs: [1], hasMore: true });
});
