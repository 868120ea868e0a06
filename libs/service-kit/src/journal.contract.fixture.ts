import type { JournalRecord } from '@claude-codex/contracts';

/** Records `from`…`to` of an epoch, each with a text of the given length. */
export function records(from: number, to: number, textLength = 20): JournalRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    seq: from + index,
    at: '2026-01-01T00:00:00.000Z',
    entry: { type: 'assistant_text' as const, text: `${from + index} `.padEnd(textLength, 'ü') },
  }));
}
