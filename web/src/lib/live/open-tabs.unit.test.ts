import { afterEach, describe, expect, test } from 'vitest';
import { givesBack, type OpenTab, OpenTabs, STREAMS } from './open-tabs.ts';

const hidden = (id: string, shownAt: number): OpenTab => ({ id, shown: false, shownAt });

describe('a tab keeps its stream', () => {
  const others = Array.from({ length: STREAMS - 1 }, (_, n) => hidden(`t${n}`, 100 + n));
  const shown: OpenTab = { id: 'shown', shown: true, shownAt: 1 };

  test('while somebody looks at it, however many there are', () =>
    expect(givesBack({ ...shown, id: 'me' }, [...others, shown, hidden('x', 999)])).toBe(false));
  test('while there are no more than may', () => expect(givesBack(hidden('me', 1), others)).toBe(false));
  test('until that many were looked at since', () => expect(givesBack(hidden('me', 1), [...others, shown])).toBe(true));
  test('when others were looked at longer ago', () =>
    expect(givesBack(hidden('me', 500), [...others, hidden('x', 99)])).toBe(false));
  test('or not, by one rule, when all were looked at together', () => {
    const same = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => hidden(id, 7));
    expect(same.filter((tab) => !givesBack(tab, same)).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('tabs of one browser', () => {
  const open: OpenTabs[] = [];
  afterEach(() => {
    for (const tabs of open.splice(0)) tabs.close();
  });

  test('come down to as many streams as may be, those looked at last, without a word of those that closed', async () => {
    const kept = new Map<string, OpenTab>();
    const join = (tab: OpenTab) => {
      kept.set(tab.id, tab);
      const tabs = new OpenTabs(
        () => kept.get(tab.id) ?? null,
        () => void kept.delete(tab.id),
      );
      open.push(tabs);
      return tabs;
    };
    for (let n = 0; n < 8; n++) join(hidden(`t${n}`, n));
    join({ id: 'shown', shown: true, shownAt: 0 }).callRoll();
    await expect.poll(() => [...kept.keys()]).toEqual(['t5', 't6', 't7', 'shown']);
    open.at(-1)?.close();
    kept.delete('shown');
    kept.set('t4', hidden('t4', 4));
    open.at(4)?.callRoll();
    await new Promise((done) => setTimeout(done, 500));
    expect([...kept.keys()].sort()).toEqual(['t4', 't5', 't6', 't7']);
  });
});
