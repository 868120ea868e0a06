import { describe, expect, test } from 'vitest';
import { loadDraft, saveDraft, splitDraft } from './draft.ts';

describe('one text becomes a title and a description', () => {
  test('the first line and the rest', () => {
    expect(splitDraft('Fix it\n\nIt is broken.\nBadly.')).toEqual({
      title: 'Fix it',
      description: 'It is broken.\nBadly.',
    });
  });
  test('lines before the title are skipped', () => expect(splitDraft('\n \n Fix it ').title).toBe('Fix it'));
  test('nothing is nothing', () => expect(splitDraft('  \n ')).toEqual({ title: '', description: '' }));
  test('a line too long for a title loses no word', () => {
    const long = 'word '.repeat(60).trim();
    const { title, description } = splitDraft(`${long}\nmore`);
    expect(title).toHaveLength(200);
    expect(description).toBe(`${long}\nmore`);
  });
  test('a title is never cut through an emoji, which the server would refuse', () => {
    for (const text of [`${'x'.repeat(199)}🚀`, `${'x'.repeat(199)}🚀\nmore`, '🚀'.repeat(150)]) {
      expect(splitDraft(text).title.isWellFormed()).toBe(true);
    }
  });
});

describe('a draft survives', () => {
  function storage(initial: Record<string, string> = {}) {
    const map = new Map(Object.entries(initial));
    return {
      map,
      get: (key: string) => map.get(key) ?? null,
      set: (key: string, value: string) => void map.set(key, value),
    };
  }

  test('being stored and read again', () => {
    const kept = storage();
    const draft = { text: 'Fix it', repositoryId: 'r', branch: 'main', workflow: 'develop', model: '', attempts: '1' };
    saveDraft(kept, draft);
    expect(loadDraft(kept)).toEqual(draft);
  });

  test('as an empty one when something else wrote there', () => {
    expect(loadDraft(storage({ 'codex.draft': '{' })).text).toBe('');
  });
});
