import { describe, expect, it } from 'vitest';
import { createCoalescer, type Outcome } from './coalescer.ts';

/** A `send` that answers when told. */
function manual() {
  const calls: { items: readonly string[]; answer: (outcomes: Outcome<string>[]) => void }[] = [];
  const send = (items: readonly string[]) => {
    const { promise, resolve } = Promise.withResolvers<Outcome<string>[]>();
    calls.push({ items, answer: resolve });
    return promise;
  };
  const echo = (index: number) => {
    const call = calls[index];
    call?.answer(call.items.map((item) => ({ result: `${item}!` })));
  };
  return { calls, send, echo };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('coalescer', () => {
  it('sends at once when idle, and together what came while a call was under way', async () => {
    const { calls, send, echo } = manual();
    const coalescer = createCoalescer(send);
    const first = coalescer.add('a');
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([['a']]);
    const rest = ['b', 'c', 'd'].map((item) => coalescer.add(item));
    await turn();
    expect(calls).toHaveLength(1);
    echo(0);
    expect(await first).toBe('a!');
    await turn();
    expect(calls[1]?.items).toEqual(['b', 'c', 'd']);
    echo(1);
    expect(await Promise.all(rest)).toEqual(['b!', 'c!', 'd!']);
    await coalescer.idle();
  });

  it('keeps a call within its limits, but sends an item beyond them alone', async () => {
    const { calls, send, echo } = manual();
    const coalescer = createCoalescer(send, { maxItems: 3, maxLength: 10 });
    const all = ['aaaa', 'bbbb', 'cccc', 'x'.repeat(20), 'd', 'e', 'f', 'g'].map((item) => coalescer.add(item));
    for (let index = 0; index < 5; index += 1) {
      await turn();
      echo(index);
    }
    await Promise.all(all);
    expect(calls.map(({ items }) => items)).toEqual([
      ['aaaa', 'bbbb'],
      ['cccc'],
      ['x'.repeat(20)],
      ['d', 'e', 'f'],
      ['g'],
    ]);
  });

  it('gives each item its own outcome', async () => {
    const { calls, send } = manual();
    const coalescer = createCoalescer(send);
    const outcomes = Promise.allSettled([coalescer.add('a'), coalescer.add('b'), coalescer.add('c')]);
    await turn();
    calls[0]?.answer([{ result: 'fine' }, { error: new Error('bad') }]);
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('refuses when too many wait, and works again afterwards', async () => {
    const { send, echo } = manual();
    const coalescer = createCoalescer(send, { maxQueue: 2 });
    const first = coalescer.add('a');
    await turn();
    const waiting = [coalescer.add('b'), coalescer.add('c')];
    await expect(coalescer.add('d')).rejects.toMatchObject({ code: 'EVENT_STORE_OVERLOADED' });
    echo(0);
    await first;
    await turn();
    echo(1);
    expect(await Promise.all(waiting)).toEqual(['b!', 'c!']);
  });
});
