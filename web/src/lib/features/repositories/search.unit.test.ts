import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Found, Search } from './search.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers when somebody says so, each time with the words it was asked for. */
function slowForge() {
  const asked: { words: string; answer: () => void; fail: () => void }[] = [];
  const seen = { found: { answer: null, error: null, asking: false } as Found<string> };
  const search = new Search<string>({
    find: (words) =>
      new Promise((resolve, reject) => {
        asked.push({ words, answer: () => resolve(words), fail: () => reject(new Error(words)) });
      }),
    show: (found) => {
      seen.found = found;
    },
  });
  return { asked, search, seen };
}
const settled = () => vi.advanceTimersByTimeAsync(0);

describe('a search at the forge', () => {
  it('asks once for a word that is being typed', async () => {
    const { asked, search, seen } = slowForge();
    for (const words of ['a', 'ap', ' app ']) search.type(words);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(({ words }) => words)).toEqual(['app']);
    expect(seen.found.asking).toBe(true);
  });

  it('shows the answer to the last words, whichever comes last', async () => {
    const { asked, search, seen } = slowForge();
    void search.ask();
    search.type('app');
    await vi.advanceTimersByTimeAsync(300);
    asked[1]?.answer();
    await settled();
    asked[0]?.answer();
    await settled();
    expect(seen.found).toMatchObject({ answer: 'app', asking: false });
  });

  it('keeps what it had beside a failure, and asks again for the same words', async () => {
    const { asked, search, seen } = slowForge();
    void search.ask();
    asked[0]?.answer();
    await settled();
    search.type('app');
    await vi.advanceTimersByTimeAsync(300);
    asked[1]?.fail();
    await settled();
    expect(seen.found).toEqual({ answer: '', error: new Error('app'), asking: false });
    void search.ask();
    expect([seen.found.error, asked[2]?.words]).toEqual([null, 'app']);
  });

  it('hears nothing any more when its form is closed', async () => {
    const { asked, search, seen } = slowForge();
    void search.ask();
    search.stop();
    asked[0]?.answer();
    await settled();
    expect(seen.found.answer).toBeNull();
  });
});
