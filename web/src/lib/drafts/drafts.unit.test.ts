import { describe, expect, it } from 'vitest';
import { keepDrafts } from './drafts.ts';
import { remembering } from './storage.ts';

function storage(): Storage {
  const map = new Map<string, string>();
  const methods = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem(key: string, value: string) {
      map.set(key, value);
      Object.defineProperty(methods, key, { value, enumerable: true, configurable: true });
    },
    removeItem(key: string) {
      map.delete(key);
      Reflect.deleteProperty(methods, key);
    },
  };
  for (const name of ['getItem', 'setItem', 'removeItem']) Object.defineProperty(methods, name, { enumerable: false });
  return methods as unknown as Storage;
}
function blocked(): Storage {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

describe('what is typed', () => {
  it('is there after a reload, one text per place', () => {
    const browser = storage();
    const drafts = keepDrafts(
      remembering(() => browser),
      () => 1,
    );
    drafts.write('message:a', 'half a thought');
    drafts.write('message:b', 'another');
    const reloaded = keepDrafts(
      remembering(() => browser),
      () => 2,
    );
    expect([reloaded.read('message:a'), reloaded.read('message:b'), reloaded.read('message:c')]).toEqual([
      'half a thought',
      'another',
      '',
    ]);
    reloaded.write('message:a', '  ');
    expect(reloaded.under('message:')).toEqual(['message:b']);
  });

  it('is gone in every tab once it was sent from one of them', () => {
    const browser = storage();
    const [here, there] = [1, 2].map((now) =>
      keepDrafts(
        remembering(() => browser),
        () => now,
      ),
    );
    here?.write('answer:a', 'the left one');
    expect(there?.read('answer:a')).toBe('the left one');
    there?.write('answer:a', '');
    expect(here?.read('answer:a')).toBe('');
  });

  it('stays until the page is left where storage is blocked, and nothing fails', () => {
    const drafts = keepDrafts(remembering(blocked), () => 1);
    drafts.write('message:a', 'words');
    expect(drafts.read('message:a')).toBe('words');
    expect(drafts.under('message:')).toEqual(['message:a']);
    drafts.write('message:a', '');
    expect(drafts.read('message:a')).toBe('');
  });

  it('survives what others write in its place', () => {
    const browser = storage();
    for (const wrong of ['not json', '7', 'null', '{"text":7}', '[]']) {
      browser.setItem('codex.draft.message:a', wrong);
      expect(
        keepDrafts(
          remembering(() => browser),
          () => 1,
        ).read('message:a'),
      ).toBe('');
    }
  });

  it('does not fill the browser up: the oldest go first', () => {
    let now = 0;
    const browser = storage();
    const drafts = keepDrafts(
      remembering(() => browser),
      () => now,
    );
    for (now = 1; now <= 210; now += 1) drafts.write(`message:${now}`, 'words');
    expect(drafts.under('')).toHaveLength(200);
    expect(drafts.read('message:10')).toBe('');
    expect(drafts.read('message:210')).toBe('words');
  });
});
